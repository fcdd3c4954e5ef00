import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { channelsQuery, kindsQuery } from '../api/channels';
import { currentSession, queryClient } from '../api/client';
import { broadcastsQuery, usersQuery } from '../api/crisis';
import { practiceQuery } from '../api/practice';
import { publishingQuery } from '../api/publishing';
import { isAdministrator } from '../api/session';
import { signedIn } from './root';

const feeds = () =>
  Promise.all([
    queryClient.ensureQueryData(practiceQuery),
    queryClient.ensureQueryData(channelsQuery),
    queryClient.ensureQueryData(kindsQuery),
  ]);

const practice = createRoute({
  getParentRoute: () => signedIn,
  path: '/sandbox',
  loader: feeds,
  component: lazyRouteComponent(() => import('../features/practice/PracticePage'), 'PracticePage'),
});

const welcome = createRoute({
  getParentRoute: () => signedIn,
  path: '/welcome',
  loader: async () => {
    const session = currentSession();
    const own =
      session && isAdministrator(session)
        ? [
            queryClient.ensureQueryData(publishingQuery),
            queryClient.ensureQueryData(broadcastsQuery),
            queryClient.ensureQueryData(usersQuery),
          ]
        : [];
    await Promise.all([feeds(), ...own]);
  },
  component: lazyRouteComponent(() => import('../features/welcome/WelcomePage'), 'WelcomePage'),
});

export const practiceRoutes = [practice, welcome] as const;
