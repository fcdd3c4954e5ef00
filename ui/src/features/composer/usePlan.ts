import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type CalendarEntry, calendarQuery, type FreeSlot } from '../../api/calendar';
import { wallOf } from '../../data/wall';

const DAY = 86_400_000;
const HOUR = 3_600_000;
/** How far ahead a free slot is looked for. */
const DAYS_AHEAD = 21;

const dayOf = (instant: number, zone: string) => wallOf(instant, zone).slice(0, 10);

/** What leaves or left at an hour of its own. */
const LEAVING: CalendarEntry['status'][] = [
  'awaiting_approval',
  'scheduled',
  'publishing',
  'published',
  'partly_published',
];

/** What is within an hour of an instant, on one of the channels; the nearest first, as the page names one. */
export function neighboursOf(
  entries: CalendarEntry[],
  at: number,
  channels: string[],
  self: string | undefined,
): CalendarEntry[] {
  const apart = (e: CalendarEntry) => (e.at === null ? Number.POSITIVE_INFINITY : Math.abs(Date.parse(e.at) - at));
  return entries
    .filter(
      (e) =>
        e.post_id !== self &&
        apart(e) < HOUR &&
        LEAVING.includes(e.status) &&
        e.channels.some((c) => channels.includes(c.channel_id)),
    )
    .sort((a, b) => apart(a) - apart(b));
}

export type Plan = { slots: FreeSlot[]; neighbours: CalendarEntry[] };

/** The next free slots, and what is planned around the chosen hour. Without an answer the page knows of none. */
export function usePlan({
  zone,
  at,
  channels,
  self,
}: {
  zone: string;
  /** The chosen instant; null: there is no such hour. */
  at: number | null;
  channels: string[];
  self: string | undefined;
}): Plan {
  const now = Date.now();
  const ahead = useQuery({ ...calendarQuery(dayOf(now, zone), dayOf(now + DAYS_AHEAD * DAY, zone)), retry: false });
  const near = at ?? now;
  const around = useQuery({
    ...calendarQuery(dayOf(near - DAY, zone), dayOf(near + 2 * DAY, zone)),
    placeholderData: keepPreviousData,
    retry: false,
    enabled: at !== null,
  });
  const slots = (ahead.data?.slots ?? []).filter((s) => Date.parse(s.at) > now);
  return { slots, neighbours: at === null ? [] : neighboursOf(around.data?.entries ?? [], at, channels, self) };
}
