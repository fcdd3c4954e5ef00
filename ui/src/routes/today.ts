import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { channelsQuery, kindsQuery } from '../api/channels';
import { currentSession, queryClient } from '../api/client';
import { signedIn } from './root';

const today = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  loader: async () => {
    const zone = currentSession()?.commune.zone;
    // The day's posts are asked for at once, and the page does not wait for them.
    const { postsAroundQuery } = await import('../features/today/plan');
    const { dayOf } = await import('../features/today/days');
    if (zone) void queryClient.prefetchQuery(postsAroundQuery(dayOf(Date.now(), zone), zone));
    await Promise.all([queryClient.ensureQueryData(channelsQuery), queryClient.ensureQueryData(kindsQuery)]);
  },
  component: lazyRouteComponent(() => import('../features/today/TodayPage'), 'TodayPage'),
});

export const todayRoutes = [today] as const;
