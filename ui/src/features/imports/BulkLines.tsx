import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck, CircleDashed, Equal, type LucideIcon, OctagonAlert, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { channelsQuery } from '../../api/channels';
import type { BulkLine } from '../../api/imports';
import { useLanguage } from '../../i18n';
import { wordsOfWall } from './wordsOfWall';

const FATES: Record<BulkLine['fate'], { icon: LucideIcon; tone: string }> = {
  ok: { icon: CircleDashed, tone: 'text-scheduled' },
  saved: { icon: CircleCheck, tone: 'text-published' },
  already: { icon: Equal, tone: 'text-ink-3' },
  invalid: { icon: OctagonAlert, tone: 'text-failed' },
};

/** What became of each line of a table, or would. */
export function BulkLines({ lines }: { lines: BulkLine[] }) {
  const t = useTranslations('bulk');
  const fates = useTranslations('lineFate');
  const { locale } = useLanguage();
  const { data } = useSuspenseQuery(channelsQuery);
  const names = (ids: string[]) => ids.map((id) => data.channels.find((c) => c.id === id)?.name ?? id).join(', ');
  return (
    <ul
      aria-label={t('lines')}
      className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface shadow-1"
    >
      {lines.map((line) => {
        const { icon: Icon, tone } = FATES[line.fate];
        return (
          <li key={line.line} className="flex gap-3 px-4 py-3">
            <Icon size={18} aria-hidden className={`mt-0.5 shrink-0 ${tone}`} />
            <div className="min-w-0 flex-1 space-y-1 text-sm">
              <p className="flex flex-wrap items-baseline justify-between gap-x-3">
                <span className="text-ink-2">{t('line', { n: line.line })}</span>
                <span className="font-semibold">{fates(line.fate)}</span>
              </p>
              <p className="text-base font-semibold break-words">
                {line.post_id ? (
                  <Link
                    to="/posts/$id"
                    params={{ id: line.post_id }}
                    className="rounded text-accent-ink underline underline-offset-2"
                  >
                    {line.title || t('untitled')}
                  </Link>
                ) : (
                  line.title || t('untitled')
                )}
              </p>
              {line.text && line.text !== line.title && (
                <p className="line-clamp-2 break-words whitespace-pre-line text-ink-2">{line.text}</p>
              )}
              <p className="text-ink-2">
                {line.mode === 'at' && line.at
                  ? t('leavesAt', { at: wordsOfWall(line.at, locale) })
                  : line.mode && t('draft')}
                {line.channels.length > 0 && ` · ${names(line.channels)}`}
              </p>
              {line.problems.map((p) => (
                <p key={p.column + p.message} className="flex items-start gap-1.5 font-medium">
                  <OctagonAlert size={15} aria-hidden className="mt-0.5 shrink-0 text-failed" />
                  <span>{p.column ? t('inColumn', { column: p.column, message: p.message }) : p.message}</span>
                </p>
              ))}
              {line.warnings.map((warning) => (
                <p key={warning} className="flex items-start gap-1.5">
                  <TriangleAlert size={15} aria-hidden className="mt-0.5 shrink-0 text-pending" />
                  <span>{warning}</span>
                </p>
              ))}
            </div>
          </li>
        );
      })}
    </ul>
  );
}
