import clsx from 'clsx';
import { Scissors } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { NetworkGlyph } from '../../ui/Network';
import type { Counter } from './counters';

const ROUND = 2 * Math.PI * 6.5;

function Ring({ part, className }: { part: number; className: string }) {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden className="shrink-0">
      <circle cx="8" cy="8" r="6.5" fill="none" className="stroke-line" strokeWidth="2.5" />
      <circle
        cx="8"
        cy="8"
        r="6.5"
        fill="none"
        className={className}
        strokeWidth="2.5"
        strokeDasharray={ROUND}
        strokeDashoffset={ROUND * (1 - Math.min(1, part))}
        transform="rotate(-90 8 8)"
      />
    </svg>
  );
}

const SOON = 20;

/** How many characters each network leaves. Screen readers hear of it only when it gets tight. */
export function Counters({ counters, nameOf }: { counters: Counter[]; nameOf: (id: string) => string }) {
  const t = useTranslations('compose');
  const words = (c: Counter) => {
    if (c.state === 'shortened') return t('shortened', { limit: c.limit });
    return c.state === 'over' ? t('over', { n: c.length - c.limit }) : t('left', { n: c.limit - c.length });
  };
  const alarm = (c: Counter) => {
    const left = c.limit - c.length;
    if (c.state === 'shortened') return t('willShorten', { name: nameOf(c.channel.id) });
    if (left < 0) return t('nowOver', { name: nameOf(c.channel.id) });
    if (left === 0) return t('nowFull', { name: nameOf(c.channel.id) });
    return left <= SOON ? t('nowClose', { name: nameOf(c.channel.id), n: SOON }) : '';
  };
  return (
    <>
      <ul aria-label={t('room')} className="flex flex-wrap items-center gap-x-3 gap-y-1">
        {counters.map((c) => (
          <li
            key={c.channel.id}
            className={clsx(
              'flex items-center gap-1.5 text-xs font-semibold tabular-nums',
              c.state === 'over' && 'text-failed',
              c.state === 'close' && 'text-pending',
              c.state === 'shortened' && 'text-brass-ink',
              c.state === 'fits' && 'text-ink-2',
            )}
          >
            <NetworkGlyph kind={c.channel.kind} size={13} />
            <span className="sr-only">{t('counter', { name: nameOf(c.channel.id), words: words(c) })}</span>
            {c.state === 'shortened' ? (
              <span aria-hidden className="flex items-center gap-1">
                <Scissors size={14} />
                {t('shortenedShort')}
              </span>
            ) : (
              <>
                <Ring
                  part={c.length / c.limit}
                  className={clsx(
                    c.state === 'over' && 'stroke-failed',
                    c.state === 'close' && 'stroke-pending',
                    c.state === 'fits' && 'stroke-accent',
                  )}
                />
                <span aria-hidden>{c.state === 'over' ? `−${c.length - c.limit}` : c.limit - c.length}</span>
              </>
            )}
          </li>
        ))}
      </ul>
      <p role="status" className="sr-only">
        {counters.map(alarm).filter(Boolean).join(' ')}
      </p>
    </>
  );
}
