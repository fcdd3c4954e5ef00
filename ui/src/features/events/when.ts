import type { AgendaEvent } from '../../api/events';

const cache = new Map<string, Intl.DateTimeFormat>();

function formatter(locale: string, key: string, options: Intl.DateTimeFormatOptions) {
  const id = `${locale} ${key}`;
  const known = cache.get(id);
  if (known) return known;
  // Wall times are shown as they are written: the zone is the event's own.
  const made = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
  cache.set(id, made);
  return made;
}

const DAY = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
const HOUR = { ...DAY, hour: '2-digit', minute: '2-digit' } as const;

const asDate = (wall: string) => new Date(wall.length === 10 ? `${wall}T00:00Z` : `${wall.slice(0, 16)}Z`);

/** A day, as « mar. 24 nov. 2026 ». */
export const dayWords = (day: string, locale: string) => formatter(locale, 'day', DAY).format(asDate(day));

/** A span of wall times, or of whole days, in words. */
export function spanWords(start: string, end: string | null | undefined, locale: string): string {
  const whole = start.length === 10;
  const words = formatter(locale, whole ? 'day' : 'hour', whole ? DAY : HOUR);
  return end && end !== start ? words.formatRange(asDate(start), asDate(end)) : words.format(asDate(start));
}

export const eventWords = (event: Pick<AgendaEvent, 'starts_at' | 'ends_at'>, locale: string) =>
  spanWords(event.starts_at, event.ends_at, locale);
