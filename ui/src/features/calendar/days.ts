import { parseDate, startOfMonth, startOfWeek, today } from '@internationalized/date';

/** A day of the commune's calendar, as `2026-11-22`. */
export type Day = string;
export type View = 'month' | 'week' | 'list';

/** In Belgium, in each of its languages, weeks start on Monday. */
const WEEKS_OF = 'fr-BE';

export const addDays = (day: Day, n: number): Day => parseDate(day).add({ days: n }).toString();
export const addMonths = (day: Day, n: number): Day => parseDate(day).add({ months: n }).toString();
export const daysBetween = (from: Day, to: Day): number =>
  Math.round((Date.parse(`${to}T00:00Z`) - Date.parse(`${from}T00:00Z`)) / 86_400_000);
export const sameMonth = (a: Day, b: Day): boolean => a.slice(0, 7) === b.slice(0, 7);
export const todayIn = (zone: string): Day => today(zone).toString();

const run = (first: Day, n: number): Day[] => Array.from({ length: n }, (_, i) => addDays(first, i));

export const weekOf = (day: Day): Day[] => run(startOfWeek(parseDate(day), WEEKS_OF).toString(), 7);

/** The weeks that show a month whole, with the days of its neighbours. */
export function weeksOfMonth(day: Day): Day[][] {
  const next = startOfMonth(parseDate(day)).add({ months: 1 }).toString();
  const weeks: Day[][] = [];
  for (let week = weekOf(`${day.slice(0, 7)}-01`); (week[0] as Day) < next; week = weekOf(addDays(week[6] as Day, 1)))
    weeks.push(week);
  return weeks;
}

export type Range = { from: Day /** Not included. */; to: Day };

/** What a view shows around a day. The list is of one month; the month's grid has whole weeks. */
export function rangeOf(view: View, day: Day): Range {
  if (view === 'week') {
    const week = weekOf(day);
    return { from: week[0] as Day, to: addDays(week[6] as Day, 1) };
  }
  if (view === 'list') {
    const first = `${day.slice(0, 7)}-01`;
    return { from: first, to: addMonths(first, 1) };
  }
  const weeks = weeksOfMonth(day);
  return { from: weeks[0]?.[0] as Day, to: addDays(weeks.at(-1)?.[6] as Day, 1) };
}

/** The days that a view is about: its title, its count and its legend speak of them. The grid of a month shows more. */
export const subjectOf = (view: View, day: Day): Range => rangeOf(view === 'month' ? 'list' : view, day);

export const daysOf = ({ from, to }: Range): Day[] => run(from, daysBetween(from, to));

/** The same place in the view before or after. */
export const step = (view: View, day: Day, n: number): Day =>
  view === 'week' ? addDays(day, 7 * n) : addMonths(day, n);

const STYLES = {
  /** novembre 2026 */
  month: { month: 'long', year: 'numeric' },
  /** jeudi 12 novembre */
  long: { weekday: 'long', day: 'numeric', month: 'long' },
  /** jeu. 12 nov. */
  short: { weekday: 'short', day: 'numeric', month: 'short' },
  /** 12 novembre 2026 */
  whole: { day: 'numeric', month: 'long', year: 'numeric' },
  /** 12 novembre */
  dayMonth: { day: 'numeric', month: 'long' },
  /** jeudi */
  weekday: { weekday: 'long' },
  /** jeu. */
  weekdayShort: { weekday: 'short' },
  /** nov. */
  monthShort: { month: 'short' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;
export type DayStyle = keyof typeof STYLES;

const formatters = new Map<string, Intl.DateTimeFormat>();

/** A day in words. It has no zone: the formatter works at noon of a fixed one. */
export function formatDay(day: Day, style: DayStyle, locale: string): string {
  const key = `${style} ${locale}`;
  const known = formatters.get(key) ?? new Intl.DateTimeFormat(locale, { ...STYLES[style], timeZone: 'UTC' });
  formatters.set(key, known);
  return known.format(Date.parse(`${day}T12:00Z`));
}

/** What follows the number of a day where it stands alone: novembre 2026. */
export const afterNumber = (day: Day, locale: string): string =>
  formatDay(day, 'whole', locale).replace(/^\d+\P{L}*/u, '');

export const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
