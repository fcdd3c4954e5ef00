import type { components } from '../../api/schema.gen';

export type Slot = components['schemas']['Slot'];

/** 1 is Monday, as in ISO 8601. */
export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;
const WORKING = [1, 2, 3, 4, 5] as const;
/** As the server bounds them. */
export const MOST_SLOTS = 100;
const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

export const timesOn = (slots: Slot[], weekday: number): string[] =>
  slots
    .filter((s) => s.weekday === weekday)
    .map((s) => s.at)
    .sort();

const sorted = (slots: Slot[]) => slots.toSorted((a, b) => a.weekday - b.weekday || a.at.localeCompare(b.at));

/** The slots with one more; as they were where it is there already or is no hour. */
export function withSlot(slots: Slot[], slot: Slot): Slot[] {
  if (!TIME.test(slot.at) || slots.length >= MOST_SLOTS) return slots;
  if (slots.some((s) => s.weekday === slot.weekday && s.at === slot.at)) return slots;
  return sorted([...slots, slot]);
}

export const withoutSlot = (slots: Slot[], { weekday, at }: Slot): Slot[] =>
  slots.filter((s) => s.weekday !== weekday || s.at !== at);

/** The hours of Monday on every working day. */
export const likeMonday = (slots: Slot[]): Slot[] => {
  const times = timesOn(slots, 1);
  const weekend = slots.filter((s) => s.weekday > 5);
  return sorted([...WORKING.flatMap((weekday) => times.map((at) => ({ weekday, at }))), ...weekend]);
};

/** To begin with: around noon and after work, when people look. */
export const suggested: Slot[] = WORKING.flatMap((weekday) => ['12:15', '17:00'].map((at) => ({ weekday, at })));

const words = (slots: Slot[]) =>
  sorted(slots)
    .map((s) => `${s.weekday} ${s.at}`)
    .join();

export const sameSlots = (a: Slot[], b: Slot[]) => words(a) === words(b);
