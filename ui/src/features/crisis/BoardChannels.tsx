import { useTranslations } from 'use-intl';
import type { Broadcast } from '../../api/types';
import { useLanguage } from '../../i18n';
import { BoardRow } from './BoardRow';
import { firstSeconds, tally } from './standing';

const AROUND = 2 * Math.PI * 29;

/** The newest message, channel by channel. */
export function BoardChannels({ alert, lead }: { alert: Broadcast; lead: boolean }) {
  const t = useTranslations('board');
  const { locale } = useLanguage();
  const ticks = alert.messages.at(-1)?.ticks ?? [];
  const { there, total, bad } = tally(alert.deliveries, ticks);
  const first = firstSeconds(alert);
  return (
    <section aria-labelledby="channels" className="rounded-xl border border-line bg-surface">
      <div className="flex items-center gap-4 p-4 lg:p-5">
        <svg width="72" height="72" viewBox="0 0 68 68" aria-hidden className="shrink-0">
          <circle cx="34" cy="34" r="29" fill="none" stroke="currentColor" strokeOpacity=".18" strokeWidth="7" />
          <circle
            cx="34"
            cy="34"
            r="29"
            fill="none"
            stroke="currentColor"
            strokeWidth="7"
            strokeLinecap="round"
            strokeDasharray={AROUND}
            strokeDashoffset={AROUND * (1 - (total > 0 ? there / total : 0))}
            transform="rotate(-90 34 34)"
            className="text-published transition-[stroke-dashoffset] duration-500"
          />
          <text x="34" y="40" textAnchor="middle" fill="currentColor" fontSize="18" fontWeight="700">
            {there}/{total}
          </text>
        </svg>
        <div className="min-w-0">
          <h2 id="channels" aria-live="polite" className="text-lg leading-snug font-bold">
            {t('confirmed', { there, total })}
          </h2>
          <p className="text-sm text-ink-2">
            {[
              t('ofMessage', { n: alert.number }),
              first !== null &&
                t('first', {
                  seconds: new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(first),
                }),
            ]
              .filter(Boolean)
              .join(' · ')}
          </p>
          {bad > 0 && <p className="text-sm font-semibold text-pending">{t('needYou', { n: bad })}</p>}
        </div>
      </div>
      <ul className="divide-y divide-line border-t border-line">
        {alert.deliveries.map((d) => (
          <BoardRow
            key={d.id}
            delivery={d}
            tick={ticks.find((x) => x.delivery_id === d.id)}
            alertId={alert.id}
            lead={lead}
          />
        ))}
      </ul>
    </section>
  );
}
