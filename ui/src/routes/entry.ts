import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { $api, queryClient } from '../api/client';
import { root } from './root';
import { ownPath, text } from './search';

const login = createRoute({
  getParentRoute: () => root,
  path: '/login',
  validateSearch: (search): { next?: string } => {
    const next = ownPath(search.next);
    return next ? { next } : {};
  },
  beforeLoad: async () => {
    const setup = await queryClient.fetchQuery($api.queryOptions('get', '/setup'));
    if (setup.needed) throw redirect({ to: '/setup' });
  },
  component: lazyRouteComponent(() => import('../features/login/LoginPage'), 'LoginPage'),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: (search): { token?: string } => {
    const token = text(search.token);
    return token ? { token } : {};
  },
  beforeLoad: async () => {
    const state = await queryClient.fetchQuery($api.queryOptions('get', '/setup'));
    if (!state.needed) throw redirect({ to: '/login' });
  },
  component: lazyRouteComponent(() => import('../features/setup/SetupPage'), 'SetupPage'),
});

export const entryRoutes = [login, setup] as const;
