import { useTranslations } from 'use-intl';
import type { Attempt, Delivery } from '../../api/types';
import { useDates } from '../../i18n/useDates';

/** When an attempt came to what it came to. */
const ended = (a: Attempt) => a.ended_at ?? a.creating_at ?? a.started_at;

/** What became of a delivery, try by try and in words, the earliest first; each day is named once. */
export function History({ delivery, attempts, network }: { delivery: Delivery; attempts: Attempt[]; network: string }) {
  const t = useTranslations('published');
  const label = useTranslations('delivery');
  const outcome = useTranslations('outcome');
  const format = useDates();
  const of = (at: string) => ({ at: format(at, 'second'), kind: delivery.kind, network });
  const lines = [
    ...attempts.map((a) => ({
      key: `${a.number}`,
      at: ended(a),
      words: outcome(a.outcome, of(ended(a))),
      why: a.error,
    })),
    ...(delivery.corrected_at
      ? [{ key: 'corrected', at: delivery.corrected_at, words: t('corrected', of(delivery.corrected_at)), why: null }]
      : []),
    ...(delivery.removed_at
      ? [{ key: 'removed', at: delivery.removed_at, words: t('removed', of(delivery.removed_at)), why: null }]
      : []),
  ];
  if (lines.length === 0) return null;
  return (
    <ol aria-label={label('attempts')} className="space-y-1.5 text-sm">
      {lines.map((line, i) => {
        const day = format(line.at, 'day');
        const before = lines[i - 1];
        return (
          <li key={line.key}>
            {(!before || format(before.at, 'day') !== day) && (
              <span className="mb-0.5 block text-xs font-semibold text-ink-3">{day}</span>
            )}
            {line.words}
            {line.why && (
              <span lang="fr" className="block text-ink-2">
                {line.why.message} <code className="text-xs">{line.why.code}</code>
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
