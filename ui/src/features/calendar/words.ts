import { createContext, use } from 'react';
import { useTranslations } from 'use-intl';
import { useLanguage } from '../../i18n';
import { afterNumber, type Day, type DayStyle, formatDay } from './days';
import { type Item, isHeld, stepOf } from './plan';

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

/** The status of a post in a word; what is held back does not leave, whatever was planned. */
export function useStatusWords() {
  const t = useTranslations('postStatus');
  const delivery = useTranslations('deliveryStatus');
  return (item: Item) => (isHeld(item) ? delivery('held') : t(item.entry.status));
}

/** What a post shows by colour, icon and place, in words that follow those in sight: its hour, its step and its title. */
export function useItemRest() {
  const t = useTranslations('calendar');
  const status = useStatusWords();
  const stepWords = useStepWords();
  const day = useDays();
  const names = useNetworkNames();
  return (item: Item, said: 'status' | 'nothing' = 'nothing'): string => {
    const { entry } = item;
    const networks = [...new Set(entry.channels.map((c) => names.get(c.kind) ?? c.kind))].join(', ');
    return [
      '',
      said === 'status' ? '' : status(item),
      item.day ? day(item.day, 'long') : t('noHour'),
      networks,
      entry.series ? t('inSeries', { title: entry.series.title, step: stepWords(entry.series) }) : '',
      entry.broadcast_id ? t('ofAlert') : '',
    ]
      .filter((part, i) => i === 0 || part)
      .join(', ');
  };
}

/** What follows the number of a day: its month, its weekday and how much is on it. */
export function useDayRest() {
  const t = useTranslations('calendar');
  const { locale } = useLanguage();
  return (day: Day, n: number, { weekday }: { weekday: boolean }): string =>
    [afterNumber(day, locale), weekday ? formatDay(day, 'weekday', locale) : '', t('publications', { n })]
      .filter(Boolean)
      .join(', ');
}
