import { randomKey } from '../../api/idempotency';
import type { Broadcast, CrisisTemplate, NewBroadcast } from '../../api/types';
import { blanksIn, fill, firstValues, missing, placeOf, type Values } from './fill';

/** The tile for words of one's own. */
export const OWN = '';

export type Draft = {
  /** The template's key; null: nothing is chosen yet. */
  hazard: string | null;
  values: Values;
  title: string;
  message: string;
  /** Somebody wrote in the text: it does not follow the template any more. */
  edited: boolean;
  /** Channels that are left out. */
  off: string[];
  /** Minutes until the next message, when it is announced. */
  next: number | null;
  key: string;
  /** When it was last changed. */
  at: number;
};

export const emptyDraft = (now: number): Draft => ({
  hazard: null,
  values: {},
  title: '',
  message: '',
  edited: false,
  off: [],
  next: null,
  key: randomKey(),
  at: now,
});

export function choose(draft: Draft, template: CrisisTemplate | undefined): Draft {
  if (!template) return { ...draft, hazard: OWN, values: {}, title: '', message: '', edited: true };
  const values = firstValues(template);
  return {
    ...draft,
    hazard: template.hazard,
    values,
    title: fill(template.title, values, template.blanks),
    message: fill(template.message, values, template.blanks),
    edited: false,
  };
}

/** Fills a blank in. In a text that somebody changed, only what stood there is replaced. */
export function put(draft: Draft, template: CrisisTemplate, key: string, value: string): Draft {
  const values = { ...draft.values, [key]: value };
  if (!draft.edited)
    return {
      ...draft,
      values,
      title: fill(template.title, values, template.blanks),
      message: fill(template.message, values, template.blanks),
    };
  const before = draft.values[key]?.trim();
  const swap = (text: string) => {
    const open = text.replaceAll(`{${key}}`, value.trim() || `{${key}}`);
    return before && before.length > 2 ? open.replaceAll(before, value.trim() || `{${key}}`) : open;
  };
  return { ...draft, values, title: swap(draft.title), message: swap(draft.message) };
}

/** What still keeps it from leaving. */
export type Lack = { kind: 'hazard' } | { kind: 'title' } | { kind: 'message' } | { kind: 'blank'; label: string };

export function lackOf(draft: Draft, template: CrisisTemplate | undefined): Lack | null {
  if (draft.hazard === null) return { kind: 'hazard' };
  if (!draft.title.trim()) return { kind: 'title' };
  if (!draft.message.trim()) return { kind: 'message' };
  const text = `${draft.title}\n${draft.message}`;
  const [blank] = missing(template, draft.values, text);
  if (blank) return { kind: 'blank', label: blank.label };
  const [left] = blanksIn(text);
  return left ? { kind: 'blank', label: left } : null;
}

const STEP = 5 * 60_000;

/** The announced hour is one that people can say: in steps of five minutes, never too early. */
export const nextUpdateAt = (minutes: number | null, now: number): string | undefined =>
  minutes === null ? undefined : new Date(Math.ceil((now + minutes * 60_000) / STEP) * STEP).toISOString();

export function toBroadcast(
  draft: Draft,
  template: CrisisTemplate | undefined,
  { exercise, alongside, channels, now }: { exercise: boolean; alongside: boolean; channels: string[]; now: number },
): NewBroadcast {
  const next = nextUpdateAt(draft.next, now);
  return {
    title: draft.title.trim(),
    message: draft.message.trim(),
    severity: template?.severity ?? 'severe',
    exercise,
    channels: draft.off.length > 0 ? channels.filter((id) => !draft.off.includes(id)) : [],
    hazard: draft.hazard ?? '',
    area: { description: placeOf(template, draft.values) },
    ...(template ? { correction: fill(template.correction, draft.values, template.blanks) } : {}),
    ...(next ? { next_update_at: next } : {}),
    ...(alongside ? { alongside } : {}),
  };
}

/** The ready words for the next message of an alert: the template's, else what was said last. */
export function readyUpdate(alert: Broadcast, template: CrisisTemplate | undefined, everywhere: string): string {
  if (!template) return alert.messages.at(-1)?.text ?? alert.message;
  const place = template.blanks.find((b) => placeOf(template, { [b.key]: 'x' }) === 'x');
  const values = place ? { [place.key]: alert.area.description || everywhere } : {};
  return fill(template.update, values, template.blanks);
}

const VERSION = 1;
/** What was written for yesterday's storm is not for today's. */
const STALE = 12 * 3_600_000;
const nameFor = (userId: string, exercise: boolean) =>
  `crieur.alert.${VERSION}.${exercise ? 'exercise.' : ''}${userId}`;

export function readDraft(userId: string, exercise: boolean, now: number): Draft | null {
  try {
    const draft = JSON.parse(localStorage.getItem(nameFor(userId, exercise)) ?? 'null') as Draft | null;
    return draft && draft.hazard !== null && now - draft.at < STALE ? draft : null;
  } catch {
    // A copy that cannot be read is no copy; the next one replaces it.
    return null;
  }
}

export function keepDraft(userId: string, exercise: boolean, draft: Draft): void {
  try {
    localStorage.setItem(nameFor(userId, exercise), JSON.stringify(draft));
  } catch {
    // Full or forbidden: the text is still on the page.
  }
}

export const dropDraft = (userId: string, exercise: boolean) => localStorage.removeItem(nameFor(userId, exercise));
