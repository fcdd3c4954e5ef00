import type { Blank, CrisisTemplate } from '../../api/types';

export type Values = Readonly<Record<string, string>>;

const BLANK = /\{([^{}\s]+)\}/g;
const SENTENCE = /(?<=[.!?]) +/;

/** The blanks that a text still has, each once. */
export const blanksIn = (text: string): string[] => [...new Set([...text.matchAll(BLANK)].map((m) => m[1] ?? ''))];

/**
 * A ready text with what was filled in. A sentence whose optional blank is empty
 * is left out: half a sentence says less than none. A required blank stays in
 * sight until it is filled.
 */
export function fill(text: string, values: Values, blanks: Blank[]): string {
  const optional = new Set(blanks.filter((b) => !b.required).map((b) => b.key));
  const empty = (key: string) => !values[key]?.trim();
  const lines = text.split('\n').map((line) => {
    const lacking = (part: string) => blanksIn(part).some((key) => optional.has(key) && empty(key));
    if (!lacking(line)) return line;
    const kept = line.split(SENTENCE).filter((sentence) => !lacking(sentence));
    return kept.length > 0 ? kept.join(' ') : null;
  });
  const whole = lines.filter((line) => line !== null).join('\n') || text.replace(/\s*[–—:,-]?\s*\{[^{}\s]+\}/g, '');
  return whole
    .replace(BLANK, (blank, key: string) => (empty(key) ? blank : (values[key] ?? '').trim()))
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

/** What is filled in at first: where something must stand, what the commune says most often. */
export const firstValues = (template: CrisisTemplate): Values =>
  Object.fromEntries(template.blanks.map((b) => [b.key, b.required ? (b.suggestions[0] ?? '') : '']));

/** The required blanks that nothing stands in. */
export const missing = (template: CrisisTemplate | undefined, values: Values, text: string): Blank[] =>
  (template?.blanks ?? []).filter((b) => !values[b.key]?.trim() && blanksIn(text).includes(b.key));

/** Where it is, for the alert's area: empty stands for the whole commune. */
export function placeOf(template: CrisisTemplate | undefined, values: Values): string {
  const blank = template?.blanks.find((b) => /^(lieu|place|zone|quartier|rue|area)/.test(b.key));
  const place = blank ? (values[blank.key] ?? '').trim() : '';
  return /toute la commune/i.test(place) ? '' : place;
}
