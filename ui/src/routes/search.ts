/** What a page's address says, read with care: anybody can write an address. */
export const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** One of some words. */
export const oneOf =
  <Word extends string>(words: readonly Word[]) =>
  (value: unknown): Word | undefined =>
    typeof value === 'string' && (words as readonly string[]).includes(value) ? (value as Word) : undefined;

/** A day, as 2026-11-22. */
export const day = (value: unknown) =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined;

/** A day and an hour, as 2026-12-01T12:15. */
export const hour = (value: unknown) =>
  typeof value === 'string' && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(value) && !Number.isNaN(Date.parse(value))
    ? value
    : undefined;

/** Only a path of this application: a link must not be able to lead elsewhere after signing in. */
export const ownPath = (value: unknown) => {
  const path = text(value);
  return path?.startsWith('/') && !path.startsWith('//') && !path.startsWith('/\\') ? path : undefined;
};

/** Words by their names. */
export const words = (value: unknown): Record<string, string> | undefined => {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = Object.entries(value).flatMap(([name, word]) => (text(word) ? [[name, String(word)] as const] : []));
  return found.length > 0 ? Object.fromEntries(found) : undefined;
};
