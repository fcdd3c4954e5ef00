import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { Channel, Kind } from '../../api/types';
import { formatMoney } from '../../data/money';
import { useLanguage } from '../../i18n';
import { useDates } from '../../i18n/useDates';

const MEGABYTE = 1_000_000;
const WEIGHTED = 'x_weighted';

/** What the network takes, what it charges and what it still allows: folded, as it is read once in a while. */
export function Allowed({ channel, kind }: { channel: Channel; kind: Kind }) {
  const t = useTranslations('allowed');
  return (
    <details className="group mt-2">
      <summary className="inline-flex min-h-6 cursor-pointer list-none items-center gap-1 rounded text-sm font-medium text-accent-ink [&::-webkit-details-marker]:hidden">
        <ChevronRight size={15} aria-hidden className="shrink-0 transition-transform group-open:rotate-90" />
        {t('title', { network: kind.title })}
        <span className="sr-only"> ({channel.name})</span>
      </summary>
      <div className="mt-2 rounded-md bg-surface-2 px-3.5 py-3 text-sm">
        <dl className="grid gap-x-5 gap-y-1.5 sm:grid-cols-[auto_1fr]">
          <Limits kind={kind} />
          <Budgets channel={channel} />
        </dl>
        <Sources kind={kind} />
      </div>
    </details>
  );
}

function Line({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="contents max-sm:block">
      <dt className="text-ink-2">{term}</dt>
      <dd className="font-medium max-sm:mb-1">{children}</dd>
    </div>
  );
}

function Limits({ kind: { limits, abilities } }: { kind: Kind }) {
  const t = useTranslations('allowed');
  const { locale } = useLanguage();
  const { text, images } = limits;
  const formats = (images.spec.formats ?? []).map((f) => f.replace('image/', '').toUpperCase());
  const listed = new Intl.ListFormat(locale, { type: 'unit' }).format(formats);
  const { currency, post = 0, with_link = 0, alt_text = 0 } = limits.cost;
  const money = (amount: number) => formatMoney({ amount, currency: currency ?? '' }, locale);
  const may = (able: boolean) => (able ? t('yes') : t('no'));
  return (
    <>
      <Line term={t('text')}>
        {text.max === 0 ? t('unbounded') : t('characters', { n: text.max })}
        {text.rule === WEIGHTED && (
          <span className="block font-normal text-ink-2">{t('weighted', { n: limits.link_length })}</span>
        )}
      </Line>
      {limits.title_used && (
        <Line term={t('heading')}>
          {limits.title_required ? t('headingNeeded') : t('headingFree')}
          {limits.title.max > 0 && `, ${t('characters', { n: limits.title.max })}`}
        </Line>
      )}
      <Line term={t('pictures')}>
        {images.max === 0 ? t('noPictures') : t('atMost', { n: images.max })}
        {images.max > 0 && formats.length > 0 && `, ${listed}`}
        {images.spec.max_bytes ? `, ${t('megabytes', { n: images.spec.max_bytes / MEGABYTE })}` : ''}
      </Line>
      {images.max > 0 && (
        <Line term={t('alt')}>{images.alt_max === 0 ? t('noAlt') : t('characters', { n: images.alt_max })}</Line>
      )}
      <Line term={t('video')}>{t('noVideo')}</Line>
      <Line term={t('correct')}>{may(abilities.update)}</Line>
      <Line term={t('remove')}>{may(abilities.delete)}</Line>
      <Line term={t('readBack')}>{may(abilities.find)}</Line>
      <Line term={t('price')}>
        {!currency || post + with_link + alt_text === 0
          ? t('free')
          : t('priced', { post: money(post), link: money(with_link), alt: money(alt_text) })}
      </Line>
    </>
  );
}

/** Only what the network said of itself. */
function Budgets({ channel }: { channel: Channel }) {
  const t = useTranslations('allowed');
  const format = useDates();
  return channel.health.budgets.map(({ bucket, total, remaining, resets_at }) => (
    <Line key={bucket} term={t('budget', { bucket })}>
      {total === 0 ? t('remaining', { n: remaining }) : t('remainingOf', { n: remaining, total })}
      {resets_at && <span className="font-normal text-ink-2"> {t('resets', { at: format(resets_at) })}</span>}
    </Line>
  ));
}

function Sources({ kind: { limits } }: { kind: Kind }) {
  const t = useTranslations('allowed');
  const { locale } = useLanguage();
  const read = [limits.text.source, limits.images.source, limits.cost.source]
    .map((s) => s.date)
    .filter((date) => /^\d{4}-\d{2}-\d{2}$/.test(date))
    .sort();
  const [oldest] = read;
  if (!oldest) return null;
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(oldest));
  return <p className="mt-2.5 text-xs text-ink-3">{t('read', { day })}</p>;
}
