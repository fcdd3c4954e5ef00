/** What a table means by a day and an hour, in words. It is the commune's clock already: no zone moves it. */
export function wordsOfWall(wall: string, locale: string): string {
  const at = new Date(`${wall}Z`);
  if (Number.isNaN(at.getTime())) return wall;
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', timeZone: 'UTC' }).format(at);
}
