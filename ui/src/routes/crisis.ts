import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { queryClient } from '../api/client';
import {
  broadcastLogQuery,
  broadcastQuery,
  broadcastsQuery,
  crisisQuery,
  crisisSettingsQuery,
  heldQuery,
  templatesQuery,
} from '../api/crisis';
import { signedIn } from './root';

const crisis = createRoute({
  getParentRoute: () => signedIn,
  path: '/crisis',
  staticData: { focus: true },
  validateSearch: (search): { exercise?: true } =>
    search.exercise === true || search.exercise === 'true' ? { exercise: true } : {},
  // Without the server the page still opens, and says so.
  loader: () =>
    Promise.allSettled([queryClient.ensureQueryData(crisisQuery), queryClient.ensureQueryData(templatesQuery)]),
  component: lazyRouteComponent(() => import('../features/crisis/CrisisPage'), 'CrisisPage'),
});

const held = createRoute({
  getParentRoute: () => signedIn,
  path: '/crisis/held',
  loader: () => Promise.all([queryClient.ensureQueryData(heldQuery), queryClient.ensureQueryData(crisisQuery)]),
  component: lazyRouteComponent(() => import('../features/crisis/HeldPage'), 'HeldPage'),
});

const history = createRoute({
  getParentRoute: () => signedIn,
  path: '/crisis/history',
  loader: () => Promise.all([queryClient.ensureQueryData(broadcastsQuery), queryClient.ensureQueryData(crisisQuery)]),
  component: lazyRouteComponent(() => import('../features/crisis/HistoryPage'), 'HistoryPage'),
});

const board = createRoute({
  getParentRoute: () => signedIn,
  path: '/crisis/$id',
  staticData: { focus: true },
  loader: ({ params }) => queryClient.ensureQueryData(broadcastQuery(params.id)),
  component: lazyRouteComponent(() => import('../features/crisis/BoardPage'), 'BoardPage'),
});

const log = createRoute({
  getParentRoute: () => signedIn,
  path: '/crisis/$id/log',
  loader: ({ params }) =>
    Promise.all([
      queryClient.fetchQuery({ ...broadcastLogQuery(params.id), staleTime: 0 }),
      queryClient.ensureQueryData(broadcastQuery(params.id)),
    ]),
  component: lazyRouteComponent(() => import('../features/crisis/LogPage'), 'LogPage'),
});

const alertSettings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings/alerts',
  loader: () =>
    Promise.all([queryClient.ensureQueryData(crisisSettingsQuery), queryClient.ensureQueryData(templatesQuery)]),
  component: lazyRouteComponent(() => import('../features/settings/AlertSettingsPage'), 'AlertSettingsPage'),
});

export const crisisRoutes = [crisis, held, history, board, log, alertSettings] as const;
