import { createContext, use } from 'react';
import { useTranslations } from 'use-intl';
import { useLanguage } from '../../i18n';
import { type Day, type DayStyle, formatDay } from './days';
import { type Item, stepOf } from './plan';

/** Days in words. */
export function useDays() {
  const { locale } = useLanguage();
  return (day: Day, style: DayStyle) => formatDay(day, style, locale);
}

/** What networks are called, by kind. Handed down, so that a thousand posts do not each ask the cache. */
export const NetworkNames = createContext<ReadonlyMap<string, string>>(new Map());
export const useNetworkNames = () => use(NetworkNames);

/** The short tag of a post of a series. */
export function useStepWords() {
  const t = useTranslations('calendar');
  return (series: NonNullable<Item['entry']['series']>): string => {
    const step = stepOf(series);
    if (!step) return t('recurring');
    if ('kind' in step) return t('stepKind', { kind: step.kind });
    return t('stepBefore', { n: step.before });
  };
}

/** The status of a post in a word; what an alert holds is paused, whatever it was. */
export function useStatusWords() {
  const t = useTranslations('postStatus');
  const delivery = useTranslations('deliveryStatus');
  return ({ entry }: Item) => (entry.locked === 'alert' ? delivery('paused') : t(entry.status));
}

/** Everything that a chip shows by colour, icon and place, in words. */
export function useItemLabel() {
  const t = useTranslations('calendar');
  const status = useStatusWords();
  const stepWords = useStepWords();
  const day = useDays();
  const names = useNetworkNames();
  return (item: Item): string => {
    const { entry } = item;
    const networks = [...new Set(entry.channels.map((c) => names.get(c.kind) ?? c.kind))].join(', ');
    return [
      item.hour,
      item.name || t('untitled'),
      status(item),
      item.day ? day(item.day, 'long') : t('noHour'),
      networks,
      entry.series ? t('inSeries', { title: entry.series.title, step: stepWords(entry.series) }) : '',
    ]
      .filter(Boolean)
      .join(', ');
  };
}

/** What a day's cell reads as. */
export function useDayLabel() {
  const t = useTranslations('calendar');
  const days = useDays();
  return (day: Day, n: number, holidays: string): string =>
    holidays
      ? t('dayLabelHoliday', { day: days(day, 'long'), n, holidays })
      : t('dayLabel', { day: days(day, 'long'), n });
}
