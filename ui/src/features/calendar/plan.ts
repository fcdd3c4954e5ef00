import type { CalendarDays, CalendarEntry, CalendarEvent, FreeSlot, Holiday } from '../../api/calendar';
import type { PostStatus } from '../../api/types';
import { wallOf } from '../../data/wall';
import { addDays, type Day, type Range } from './days';

/** A post as the calendar shows it. */
export type Item = {
  entry: CalendarEntry;
  /** Null: without an hour yet. */
  day: Day | null;
  /** As 12:15; empty without an hour. */
  hour: string;
  /** Title, or the first words. */
  name: string;
};

export type DayPlan = {
  items: Item[];
  slots: FreeSlot[];
  holidays: Holiday[];
  events: CalendarEvent[];
};

export type Filter = {
  statuses: readonly PostStatus[];
  channel?: string | undefined;
  category?: string | undefined;
};

/** A post that was moved and whose new place the server has not shown yet; `at` is null back among the drafts. */
export type Displaced = { entry: CalendarEntry; at: string | null };
export type Moved = ReadonlyMap<string, Displaced>;

export const NOTHING: DayPlan = { items: [], slots: [], holidays: [], events: [] };

const sameList = (a: readonly unknown[], b: readonly unknown[]) =>
  a.length === b.length && a.every((x, i) => x === b[i]);

const nameOf = ({ title, text }: CalendarEntry) => title.trim() || (text.trim().split('\n')[0] ?? '');

/** Whether a post stays in sight. A status is no filter here: its chip counts what the other filters leave. */
const passes = ({ channel, category }: Filter, entry: CalendarEntry) =>
  (!channel || entry.channels.some((c) => c.channel_id === channel)) && (!category || entry.category === category);

export type Plan = {
  days: ReadonlyMap<Day, DayPlan>;
  /** Drafts without an hour. */
  backlog: Item[];
  /** By status, of the days that the view is about. */
  counts: ReadonlyMap<PostStatus, number>;
  categories: string[];
};

/**
 * Lays what the server says out by day. It remembers what it made: a day in
 * which nothing changed is the same object as before, so that its cell is not
 * drawn again. That keeps a month of thousands of posts fluid.
 */
export class Planner {
  private items = new WeakMap<CalendarEntry, Item>();
  private days = new Map<Day, DayPlan>();

  constructor(private readonly zone: string) {}

  private item(entry: CalendarEntry): Item {
    const known = this.items.get(entry);
    if (known) return known;
    const wall = entry.at === null ? null : wallOf(entry.at, this.zone);
    const made = { entry, day: wall?.slice(0, 10) ?? null, hour: wall?.slice(11) ?? '', name: nameOf(entry) };
    this.items.set(entry, made);
    return made;
  }

  plan(data: CalendarDays, moved: Moved, filter: Filter, subject: Range): Plan {
    const days = new Map<Day, DayPlan>();
    const at = (day: Day) => {
      const known = days.get(day);
      if (known) return known;
      const made: DayPlan = { items: [], slots: [], holidays: [], events: [] };
      days.set(day, made);
      return made;
    };
    const backlog: Item[] = [];
    const counts = new Map<PostStatus, number>();
    const categories = new Set<string>();
    const known = new Set<string>();
    const entries = data.entries.map((saved) => {
      known.add(saved.post_id);
      const to = moved.get(saved.post_id);
      return to === undefined || to.at === saved.at ? saved : this.elsewhere(saved, to.at);
    });
    // One that was moved here from days that are not shown.
    for (const [id, { entry, at: to }] of moved) if (!known.has(id)) entries.push(this.elsewhere(entry, to));
    for (const entry of entries) {
      if (entry.category) categories.add(entry.category);
      if (!passes(filter, entry)) continue;
      const item = this.item(entry);
      if (item.day === null) {
        backlog.push(item);
        continue;
      }
      if (item.day >= subject.from && item.day < subject.to)
        counts.set(entry.status, (counts.get(entry.status) ?? 0) + 1);
      if (filter.statuses.length === 0 || filter.statuses.includes(entry.status)) at(item.day).items.push(item);
    }
    for (const slot of data.slots) at(slot.wall.slice(0, 10)).slots.push(slot);
    for (const holiday of data.holidays) {
      for (let day = holiday.from; day <= holiday.to; day = addDays(day, 1)) at(day).holidays.push(holiday);
    }
    for (const event of data.events) {
      for (let day = event.from; day <= event.to; day = addDays(day, 1)) at(day).events.push(event);
    }
    for (const plan of days.values()) plan.items.sort((a, b) => a.hour.localeCompare(b.hour));
    return {
      days: this.remember(days),
      backlog,
      counts,
      categories: [...categories].sort((a, b) => a.localeCompare(b)),
    };
  }

  private moves = new WeakMap<CalendarEntry, CalendarEntry>();
  /** The same object as long as the move is the same. */
  private elsewhere(saved: CalendarEntry, to: string | null): CalendarEntry {
    const known = this.moves.get(saved);
    if (known && known.at === to) return known;
    const status = to === null ? 'draft' : saved.at === null && saved.status === 'draft' ? 'scheduled' : saved.status;
    const made = { ...saved, at: to, status };
    this.moves.set(saved, made);
    return made;
  }

  private remember(days: Map<Day, DayPlan>): Map<Day, DayPlan> {
    for (const [day, plan] of days) {
      const known = this.days.get(day);
      if (
        known &&
        sameList(known.items, plan.items) &&
        sameList(known.slots, plan.slots) &&
        sameList(known.holidays, plan.holidays) &&
        sameList(known.events, plan.events)
      )
        days.set(day, known);
    }
    this.days = days;
    return days;
  }
}

/** The short tag of an announcement: so many days before its event, or what it is for. */
export function stepOf(series: NonNullable<CalendarEntry['series']>): { before: number } | { kind: string } | null {
  if (series.recurrence_id) return null;
  const days = /^d(\d+)$/.exec(series.step)?.[1];
  if (days !== undefined) return { before: Number(days) };
  if (series.kind === 'today') return { before: 0 };
  return series.kind ? { kind: series.kind } : null;
}

/** Whether something holds it back: an alert, or the review after an outage. */
export const isHeld = ({ entry }: Item): boolean => entry.channels.some((c) => c.status === 'held');

/** What posts of one series have in common. */
export const seriesKey = (series: NonNullable<CalendarEntry['series']>): string =>
  series.event_id ?? series.recurrence_id ?? '';
