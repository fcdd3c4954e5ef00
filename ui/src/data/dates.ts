const cache = new Map<string, Intl.DateTimeFormat>();

const STYLES = {
  /** mar. 24 nov. à 12:15 */
  short: { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  /** mar. 24 nov. 2031 à 12:15 */
  shortWithYear: {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  },
  /** mardi 24 novembre 2026 à 12:15 */
  long: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  /** 24 novembre 2026 */
  day: { day: 'numeric', month: 'long', year: 'numeric' },
  /** 12:15:07 */
  second: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  /** 12:15 */
  time: { hour: '2-digit', minute: '2-digit' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

export type DateStyle = Exclude<keyof typeof STYLES, 'shortWithYear'>;

function formatter(style: keyof typeof STYLES, locale: string, zone: string): Intl.DateTimeFormat {
  const key = `${style} ${locale} ${zone}`;
  const known = cache.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale, { ...STYLES[style], timeZone: zone });
  cache.set(key, made);
  return made;
}

/** An instant as the clocks of the commune show it; a short date says its year when it is not this one. */
export function formatInstant(instant: string | number, style: DateStyle, locale: string, zone: string): string {
  const date = new Date(instant);
  const otherYear = style === 'short' && date.getFullYear() !== new Date().getFullYear();
  return formatter(otherYear ? 'shortWithYear' : style, locale, zone).format(date);
}
