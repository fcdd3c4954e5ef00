const cache = new Map<string, Intl.DateTimeFormat>();

const STYLES = {
  /** mar. 24 nov. à 12:15 */
  short: { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  /** mardi 24 novembre 2026 à 12:15 */
  long: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit' },
  /** 24 novembre 2026 */
  day: { day: 'numeric', month: 'long', year: 'numeric' },
  /** 12:15:07 */
  second: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  /** 12:15 */
  time: { hour: '2-digit', minute: '2-digit' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

export type DateStyle = keyof typeof STYLES;

/** An instant as the clocks of the commune show it. */
export function formatInstant(instant: string | number, style: DateStyle, locale: string, zone: string): string {
  const key = `${style} ${locale} ${zone}`;
  let format = cache.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, { ...STYLES[style], timeZone: zone });
    cache.set(key, format);
  }
  return format.format(new Date(instant));
}
