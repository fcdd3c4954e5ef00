import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { channelsQuery, kindsQuery } from '../api/channels';
import { queryClient } from '../api/client';
import { eventQuery, recipesQuery, recurrenceQuery, recurrencesQuery, upcomingQuery } from '../api/events';
import { signedIn } from './root';
import { day, oneOf, text } from './search';

export type EventFilter = 'scheduled' | 'moved' | 'cancelled';
const filter = oneOf<EventFilter>(['scheduled', 'moved', 'cancelled']);

const channels = () =>
  Promise.all([queryClient.ensureQueryData(channelsQuery), queryClient.ensureQueryData(kindsQuery)]);

const events = createRoute({
  getParentRoute: () => signedIn,
  path: '/events',
  validateSearch: (search): { q?: string; state?: EventFilter } => {
    const q = text(search.q);
    const state = filter(search.state);
    return { ...(q ? { q } : {}), ...(state ? { state } : {}) };
  },
  loader: () => queryClient.ensureQueryData(upcomingQuery()),
  component: lazyRouteComponent(() => import('../features/events/EventsPage'), 'EventsPage'),
});

const event = createRoute({
  getParentRoute: () => signedIn,
  path: '/events/$id',
  loader: ({ params }) =>
    Promise.all([
      // Read anew: what is changed must be its latest version.
      queryClient.fetchQuery({ ...eventQuery(params.id), staleTime: 0 }),
      queryClient.ensureQueryData(recipesQuery),
      channels(),
    ]),
  component: lazyRouteComponent(() => import('../features/events/EventPage'), 'EventPage'),
});

const newEvent = createRoute({
  getParentRoute: () => signedIn,
  path: '/events/new',
  // A day of the calendar may lead here.
  validateSearch: (search): { day?: string } => {
    const chosen = day(search.day);
    return chosen ? { day: chosen } : {};
  },
  loader: () => Promise.all([queryClient.ensureQueryData(recipesQuery), channels()]),
  component: lazyRouteComponent(() => import('../features/events/NewEventPage'), 'NewEventPage'),
});

const recurrences = createRoute({
  getParentRoute: () => signedIn,
  path: '/recurrences',
  loader: () => queryClient.ensureQueryData(recurrencesQuery),
  component: lazyRouteComponent(() => import('../features/events/RecurrencesPage'), 'RecurrencesPage'),
});

const newRecurrence = createRoute({
  getParentRoute: () => signedIn,
  path: '/recurrences/new',
  loader: channels,
  component: lazyRouteComponent(() => import('../features/events/NewRecurrencePage'), 'NewRecurrencePage'),
});

const importDates = createRoute({
  getParentRoute: () => signedIn,
  path: '/recurrences/import',
  validateSearch: (search): { into?: string } => {
    const into = text(search.into);
    return into ? { into } : {};
  },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) =>
    Promise.all([channels(), deps.into ? queryClient.ensureQueryData(recurrenceQuery(deps.into)) : null]),
  component: lazyRouteComponent(() => import('../features/events/ImportDatesPage'), 'ImportDatesPage'),
});

const recurrence = createRoute({
  getParentRoute: () => signedIn,
  path: '/recurrences/$id',
  loader: ({ params }) =>
    Promise.all([queryClient.fetchQuery({ ...recurrenceQuery(params.id), staleTime: 0 }), channels()]),
  component: lazyRouteComponent(() => import('../features/events/RecurrencePage'), 'RecurrencePage'),
});

export const eventsRoutes = [events, event, newEvent, recurrences, newRecurrence, importDates, recurrence] as const;
