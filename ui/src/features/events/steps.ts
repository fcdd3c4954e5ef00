import type { SeriesStep } from '../../api/events';

/** Days or weeks as the API writes them: P14D, P2W. */
export function daysOf(period: string | null | undefined): number {
  const [, n, unit] = /^P(\d+)([DW])$/.exec(period ?? '') ?? [];
  return n ? Number(n) * (unit === 'W' ? 7 : 1) : 0;
}

/** Days from the event: below zero before it. */
export const offsetOf = (step: SeriesStep) => (step.after ? daysOf(step.after) : -daysOf(step.before));

export const periodOf = (offset: number): Pick<SeriesStep, 'before' | 'after'> =>
  offset > 0 ? { before: null, after: `P${offset}D` } : { before: `P${-offset}D`, after: null };

/** Earliest first. */
export const inTime = (steps: SeriesStep[]) =>
  steps.toSorted((a, b) => offsetOf(a) - offsetOf(b) || (a.at ?? '').localeCompare(b.at ?? ''));

/** Announcements of a step that comes for each date carry the day after its key. */
export const isOf = (step: SeriesStep, announcement: string) =>
  announcement === step.key || (announcement.startsWith(`${step.key}-`) && /-\d{8}$/.test(announcement));

/** What somebody adds to a series, to be changed at once. */
export const newStep = (steps: SeriesStep[]): SeriesStep => ({
  key: freshKey(steps),
  before: 'P3D',
  after: null,
  at: '12:00',
  kind: 'countdown',
  each_date: false,
});

/** A key that no other step has. */
function freshKey(steps: SeriesStep[]): string {
  const taken = new Set(steps.map((s) => s.key));
  let n = steps.length + 1;
  while (taken.has(`own${n}`)) n++;
  return `own${n}`;
}
