import { useTranslations } from 'use-intl';
import type { Broadcast } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { Card } from './Frame';
import { tally } from './standing';

/** What was said so far, newest first, each with its number and hour. */
export function Thread({ alert }: { alert: Broadcast }) {
  const t = useTranslations('board');
  const kind = useTranslations('alertKind');
  const format = useDates();
  return (
    <Card title={t('thread')}>
      <ol reversed className="space-y-3.5">
        {alert.messages.toReversed().map((m) => {
          const { there, total } = tally(m.deliveries, m.ticks);
          return (
            <li key={m.number} className="border-l-2 border-line-strong pl-3.5">
              <p className="text-sm">
                <b>{t('messageNo', { n: m.number })}</b> · {kind(m.kind)} · {format(m.created_at, 'time')} ·{' '}
                {m.created_by}
              </p>
              <details className="mt-0.5 text-sm text-ink-2">
                <summary className="min-h-8 cursor-pointer rounded py-1 max-lg:min-h-11 max-lg:py-2.5">
                  {t('standsOn', { there, total })}
                </summary>
                <p lang="fr" className="mt-1 font-bold break-words text-ink">
                  {m.title}
                </p>
                <p lang="fr" className="mt-1 break-words whitespace-pre-wrap text-ink">
                  {m.text}
                </p>
              </details>
            </li>
          );
        })}
      </ol>
    </Card>
  );
}
