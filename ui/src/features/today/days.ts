import { resolveWall, wallOf } from '../../data/wall';

/** A day of the commune's calendar, as 2026-11-22. */
export type Day = string;

const DAY = 86_400_000;
const atNoon = (day: Day) => Date.parse(`${day}T12:00:00Z`);

export const dayOf = (instant: string | number, zone: string): Day => wallOf(instant, zone).slice(0, 10);

export const addDays = (day: Day, n: number): Day => new Date(atNoon(day) + n * DAY).toISOString().slice(0, 10);

/** The seven days of the week of a day, from Monday. */
export function weekOf(day: Day): Day[] {
  const monday = addDays(day, -((new Date(atNoon(day)).getUTCDay() + 6) % 7));
  return Array.from({ length: 7 }, (_, i) => addDays(monday, i));
}

/** When a day begins on the clocks of a zone; where they jump over midnight, an hour later. */
export function startOf(day: Day, zone: string): string {
  for (const hour of ['00:00', '01:00', '02:00']) {
    const at = resolveWall(`${day}T${hour}`, zone);
    if (at.kind !== 'gap') return at.kind === 'twice' ? at.earlier : at.instant;
  }
  return `${day}T00:00:00Z`;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

const STYLES = {
  /** dimanche 22 novembre */
  long: { weekday: 'long', day: 'numeric', month: 'long' },
  /** dim. */
  weekday: { weekday: 'short' },
  /** 22 */
  number: { day: 'numeric' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

/** A day in words. It has no zone of its own. */
export function dayInWords(day: Day, style: keyof typeof STYLES, locale: string): string {
  const key = `${style} ${locale}`;
  const format = formatters.get(key) ?? new Intl.DateTimeFormat(locale, { ...STYLES[style], timeZone: 'UTC' });
  formatters.set(key, format);
  return format.format(atNoon(day));
}
