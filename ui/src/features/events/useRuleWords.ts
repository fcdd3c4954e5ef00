import { useTranslations } from 'use-intl';
import type { Recurrence } from '../../api/events';
import { fromRule, WEEKDAYS } from './rule';

/** When something comes again, in a sentence. */
export function useRuleWords() {
  const t = useTranslations('recurrences');
  const weekday = useTranslations('weekday');
  const place = useTranslations('monthPlace');
  return (r: Pick<Recurrence, 'rule'>): string => {
    if (r.rule === null) return t('onFileDates');
    const form = fromRule(r.rule);
    if (!form) return r.rule;
    const days = WEEKDAYS.filter((d) => form.weekdays.includes(d))
      .map((d) => weekday(d))
      .join(', ');
    switch (form.every) {
      case 'week':
        return t('saidWeek', { days });
      case 'twoWeeks':
        return t('saidTwoWeeks', { days });
      case 'monthDay':
        return t('saidMonthDay', { n: form.monthDay });
      case 'monthWeekday':
        return t('saidMonthWeekday', {
          place: place(form.place === -1 ? 'last' : (String(form.place) as '1')),
          day: weekday(form.weekday),
        });
      case 'year':
        return t('everyYear');
    }
  };
}
