import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { CircleCheck, CircleDashed, LoaderCircle, OctagonAlert, TriangleAlert } from 'lucide-react';
import type { RefObject } from 'react';
import { useTranslations } from 'use-intl';
import type { Amount, Channel } from '../../api/types';
import { addUp, formatMoney } from '../../data/money';
import { useLanguage } from '../../i18n';
import { Button } from '../../ui/Button';
import { useFindingText } from './FindingList';
import { type Finding, passes } from './findings';
import type { Fix } from './fixes';

/** Everything that stands in the way, each with what can be done about it; and what it costs. */
export function CheckPanel({
  findings,
  chosen,
  nameOf,
  fixesFor,
  costs,
  idle,
  checking,
  waiting,
  headingRef,
}: {
  findings: Finding[];
  chosen: Channel[];
  nameOf: (id: string) => string;
  fixesFor: (finding: Finding) => Fix[];
  costs: { channel: Channel; cost: Amount }[];
  /** Nothing was written yet. */
  idle: boolean;
  checking: boolean;
  /** Sending was asked for and waits for pictures. */
  waiting: boolean;
  headingRef: RefObject<HTMLHeadingElement | null>;
}) {
  const t = useTranslations('check');
  const { locale } = useLanguage();
  const textOf = useFindingText();
  const errors = findings.filter((f) => f.severity === 'error' && !passes(f));
  const arriving = findings.some(passes);
  const shown = idle ? [] : findings.filter((f) => !passes(f));
  const broken = chosen.filter((c) => c.status !== 'connected');
  const bad = !idle && errors.length > 0;
  const state = idle ? 'idle' : bad ? 'errors' : arriving ? 'arriving' : checking ? 'checking' : 'ready';
  const look = {
    idle: { icon: CircleDashed, className: 'text-ink-2', words: t('idle') },
    errors: { icon: OctagonAlert, className: 'text-failed', words: t('errors', { n: errors.length }) },
    arriving: {
      icon: LoaderCircle,
      className: 'text-ink-2',
      words: waiting ? t('waiting') : t('arriving'),
    },
    checking: { icon: LoaderCircle, className: 'text-ink-2', words: t('checking') },
    ready: { icon: CircleCheck, className: 'text-published', words: t('ready', { n: chosen.length }) },
  }[state];

  return (
    <section
      aria-labelledby="check"
      className={clsx(
        'rounded-lg border px-4 py-3',
        bad ? 'border-failed/50 bg-failed-soft' : 'border-line bg-surface shadow-1',
      )}
    >
      <div role="status">
        <h2
          id="check"
          ref={headingRef}
          tabIndex={-1}
          className={clsx('flex items-center gap-2 rounded text-sm font-bold', look.className)}
        >
          <look.icon size={17} aria-hidden className="shrink-0" />
          {look.words}
        </h2>
      </div>
      <ul className="mt-1.5 space-y-1 empty:hidden">
        {shown.map((f) => {
          const text = textOf(f);
          return (
            <li key={f.channels.join() + text} className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm text-ink">
              {f.severity === 'error' ? (
                <OctagonAlert size={15} aria-hidden className="shrink-0 text-failed" />
              ) : (
                <TriangleAlert size={15} aria-hidden className="shrink-0 text-pending" />
              )}
              <span className="min-w-40 flex-1">
                {f.channels.length > 0 && <b className="font-semibold">{f.channels.map(nameOf).join(', ')} · </b>}
                {text}
              </span>
              {fixesFor(f).map((fix) => (
                <Button key={fix.verb} size="sm" onPress={fix.run}>
                  {fix.verb}
                </Button>
              ))}
            </li>
          );
        })}
        {broken.map((c) => (
          <li key={c.id} className="flex items-center gap-2 text-sm text-ink">
            <TriangleAlert size={15} aria-hidden className="shrink-0 text-pending" />
            <span className="flex-1">{t('broken', { name: nameOf(c.id) })}</span>
            <Link
              to="/channels"
              className="inline-flex h-8 items-center rounded text-sm font-semibold text-accent-ink hover:underline"
            >
              {t('toChannels')}
            </Link>
          </li>
        ))}
      </ul>
      {costs.length > 0 && (
        <p className="mt-1.5 text-sm text-ink-2">
          {t('cost', {
            list: costs.map(({ channel, cost }) => `${nameOf(channel.id)} ${formatMoney(cost, locale)}`).join(', '),
          })}
          {costs.length > 1 &&
            ` ${t('total', {
              sum: addUp(costs.map((c) => c.cost))
                .map((a) => formatMoney(a, locale))
                .join(' + '),
            })}`}
        </p>
      )}
    </section>
  );
}
