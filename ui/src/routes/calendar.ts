import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { calendarQuery } from '../api/calendar';
import { channelsQuery, kindsQuery } from '../api/channels';
import { currentSession, queryClient } from '../api/client';
import type { PostStatus } from '../api/types';
import { signedIn } from './root';
import { day, oneOf, text } from './search';

const VIEWS = ['month', 'week', 'list'] as const;

/** In the address, so that a view can be sent to a colleague, and Back goes back in time. */
export type CalendarSearch = {
  /** A month when left out. */
  view?: (typeof VIEWS)[number];
  /** A day in what is shown; today when left out. */
  date?: string;
  /** Some statuses, with commas. */
  status?: string;
  channel?: string;
  category?: string;
  /** By status when left out. */
  colours?: 'channel';
};

const STATUSES: PostStatus[] = [
  'draft',
  'awaiting_approval',
  'scheduled',
  'publishing',
  'published',
  'partly_published',
  'failed',
  'cancelled',
];
const view = oneOf(VIEWS);
const byChannel = oneOf(['channel'] as const);

/** The statuses that an address names. */
export const statusesOf = (value: unknown): PostStatus[] => {
  const named = typeof value === 'string' ? value.split(',') : [];
  return STATUSES.filter((s) => named.includes(s));
};

/** A day that exists: 31 November does not. */
const existing = (value: unknown) => {
  const written = day(value);
  const at = written ? Date.parse(`${written}T00:00Z`) : Number.NaN;
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== written ? undefined : written;
};

export function readSearch(search: Record<string, unknown>): CalendarSearch {
  const read: CalendarSearch = {};
  const shown = view(search.view);
  const date = existing(search.date);
  const status = statusesOf(search.status).join(',');
  const channel = text(search.channel);
  const category = text(search.category);
  if (shown) read.view = shown;
  if (date) read.date = date;
  if (status) read.status = status;
  if (channel) read.channel = channel;
  if (category) read.category = category;
  const colours = byChannel(search.colours);
  if (colours) read.colours = colours;
  return read;
}

const calendar = createRoute({
  getParentRoute: () => signedIn,
  path: '/calendar',
  validateSearch: readSearch,
  loader: async ({ location }) => {
    const zone = currentSession()?.commune.zone;
    // The days are asked for at once, and nothing waits for them: paging must not.
    const { rangeOf, todayIn } = await import('../features/calendar/days');
    const { view = 'month', date } = readSearch(location.search);
    if (zone) {
      const { from, to } = rangeOf(view, date ?? todayIn(zone));
      void queryClient.prefetchQuery(calendarQuery(from, to));
    }
    await Promise.all([queryClient.ensureQueryData(channelsQuery), queryClient.ensureQueryData(kindsQuery)]);
  },
  component: lazyRouteComponent(() => import('../features/calendar/CalendarPage'), 'CalendarPage'),
});

export const calendarRoutes = [calendar] as const;
