import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { channelsQuery, kindsQuery } from '../api/channels';
import { queryClient } from '../api/client';
import { calendarFeedQuery, publishingQuery } from '../api/publishing';
import { preferencesQuery, systemQuery } from '../api/system';
import { signedIn } from './root';
import { text } from './search';

const channels = createRoute({
  getParentRoute: () => signedIn,
  path: '/channels',
  /** A flow is what a network's own page led back with. */
  validateSearch: (search): { flow?: string } => {
    const flow = text(search.flow);
    return flow ? { flow } : {};
  },
  loader: () => Promise.all([queryClient.ensureQueryData(channelsQuery), queryClient.ensureQueryData(kindsQuery)]),
  component: lazyRouteComponent(() => import('../features/channels/ChannelsPage'), 'ChannelsPage'),
});

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  loader: () =>
    Promise.all([
      queryClient.ensureQueryData(preferencesQuery),
      queryClient.ensureQueryData(systemQuery),
      queryClient.ensureQueryData(publishingQuery),
      queryClient.ensureQueryData(calendarFeedQuery),
    ]),
  component: lazyRouteComponent(() => import('../features/settings/SettingsPage'), 'SettingsPage'),
});

export const settingsRoutes = [channels, settings] as const;
