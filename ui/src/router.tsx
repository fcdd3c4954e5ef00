import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router';
import { channelsQuery, kindsQuery } from './api/channels';
import { $api, queryClient } from './api/client';
import {
  broadcastLogQuery,
  broadcastQuery,
  broadcastsQuery,
  crisisQuery,
  crisisSettingsQuery,
  heldQuery,
  templatesQuery,
} from './api/crisis';
import { noticesQuery } from './api/notices';
import { postQuery, postsQuery } from './api/posts';
import { toProblem } from './api/problem';
import { sessionQuery } from './api/session';
import { preferencesQuery, reviewQuery, systemQuery } from './api/system';
import type { PostStatus } from './api/types';
import { AppShell } from './shell/AppShell';
import { NotFound, PageError } from './shell/PageError';

const POST_STATUSES: Record<PostStatus, true> = {
  draft: true,
  awaiting_approval: true,
  scheduled: true,
  publishing: true,
  published: true,
  partly_published: true,
  failed: true,
  cancelled: true,
};
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const postStatus = (value: unknown) =>
  typeof value === 'string' && Object.hasOwn(POST_STATUSES, value) ? (value as PostStatus) : undefined;
/** Only a path of this application: a link must not be able to lead elsewhere after signing in. */
const ownPath = (value: unknown) => {
  const path = text(value);
  return path?.startsWith('/') && !path.startsWith('//') && !path.startsWith('/\\') ? path : undefined;
};

const root = createRootRoute({ notFoundComponent: NotFound, errorComponent: PageError });

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
  component: lazyRouteComponent(() => import('./features/login/LoginPage'), 'LoginPage'),
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
  component: lazyRouteComponent(() => import('./features/setup/SetupPage'), 'SetupPage'),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(sessionQuery);
    } catch (error) {
      if (toProblem(error).status !== 401) throw error;
      throw redirect({ to: '/login', search: location.href === '/' ? {} : { next: location.href } });
    }
  },
  component: AppShell,
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/posts' });
  },
});

const posts = createRoute({
  getParentRoute: () => signedIn,
  path: '/posts',
  validateSearch: (search): { q?: string; status?: PostStatus } => {
    const q = text(search.q);
    const status = postStatus(search.status);
    return { ...(q ? { q } : {}), ...(status ? { status } : {}) };
  },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) =>
    Promise.all([queryClient.ensureInfiniteQueryData(postsQuery(deps)), queryClient.ensureQueryData(channelsQuery)]),
  component: lazyRouteComponent(() => import('./features/posts/PostsPage'), 'PostsPage'),
});

const post = createRoute({
  getParentRoute: () => signedIn,
  path: '/posts/$id',
  loader: ({ params }) =>
    Promise.all([
      queryClient.ensureQueryData(postQuery(params.id)),
      queryClient.ensureQueryData(channelsQuery),
      queryClient.ensureQueryData(kindsQuery),
    ]),
  component: lazyRouteComponent(() => import('./features/posts/PostPage'), 'PostPage'),
});

const compose = createRoute({
  getParentRoute: () => signedIn,
  path: '/compose',
  validateSearch: (search): { post?: string } => {
    const id = text(search.post);
    return id ? { post: id } : {};
  },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) =>
    Promise.all([
      queryClient.ensureQueryData(channelsQuery),
      queryClient.ensureQueryData(kindsQuery),
      // Read anew: what is changed must be its latest version.
      deps.post ? queryClient.fetchQuery({ ...postQuery(deps.post), staleTime: 0 }) : null,
    ]),
  component: lazyRouteComponent(() => import('./features/composer/ComposerPage'), 'ComposerPage'),
});

const channels = createRoute({
  getParentRoute: () => signedIn,
  path: '/channels',
  loader: () => Promise.all([queryClient.ensureQueryData(channelsQuery), queryClient.ensureQueryData(kindsQuery)]),
  component: lazyRouteComponent(() => import('./features/channels/ChannelsPage'), 'ChannelsPage'),
});

const notices = createRoute({
  getParentRoute: () => signedIn,
  path: '/notices',
  loader: () => queryClient.ensureInfiniteQueryData(noticesQuery),
  component: lazyRouteComponent(() => import('./features/notices/NoticesPage'), 'NoticesPage'),
});

const review = createRoute({
  getParentRoute: () => signedIn,
  path: '/review',
  loader: () => Promise.all([queryClient.ensureQueryData(reviewQuery), queryClient.ensureQueryData(channelsQuery)]),
  component: lazyRouteComponent(() => import('./features/review/ReviewPage'), 'ReviewPage'),
});

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  loader: () => Promise.all([queryClient.ensureQueryData(preferencesQuery), queryClient.ensureQueryData(systemQuery)]),
  component: lazyRouteComponent(() => import('./features/settings/SettingsPage'), 'SettingsPage'),
});

const crisis = createRoute({
  getParentRoute: () => signedIn,
  path: '/crisis',
  staticData: { focus: true },
  validateSearch: (search): { exercise?: true } =>
    search.exercise === true || search.exercise === 'true' ? { exercise: true } : {},
  // Without the server the page still opens, and says so.
  loader: () =>
    Promise.allSettled([queryClient.ensureQueryData(crisisQuery), queryClient.ensureQueryData(templatesQuery)]),
  component: lazyRouteComponent(() => import('./features/crisis/CrisisPage'), 'CrisisPage'),
});

const board = createRoute({
  getParentRoute: () => signedIn,
  path: '/crisis/$id',
  staticData: { focus: true },
  loader: ({ params }) => queryClient.ensureQueryData(broadcastQuery(params.id)),
  component: lazyRouteComponent(() => import('./features/crisis/BoardPage'), 'BoardPage'),
});

const log = createRoute({
  getParentRoute: () => signedIn,
  path: '/crisis/$id/log',
  loader: ({ params }) =>
    Promise.all([
      queryClient.fetchQuery({ ...broadcastLogQuery(params.id), staleTime: 0 }),
      queryClient.ensureQueryData(broadcastQuery(params.id)),
    ]),
  component: lazyRouteComponent(() => import('./features/crisis/LogPage'), 'LogPage'),
});

const held = createRoute({
  getParentRoute: () => signedIn,
  path: '/crisis/held',
  loader: () => Promise.all([queryClient.ensureQueryData(heldQuery), queryClient.ensureQueryData(crisisQuery)]),
  component: lazyRouteComponent(() => import('./features/crisis/HeldPage'), 'HeldPage'),
});

const history = createRoute({
  getParentRoute: () => signedIn,
  path: '/crisis/history',
  loader: () => Promise.all([queryClient.ensureQueryData(broadcastsQuery), queryClient.ensureQueryData(crisisQuery)]),
  component: lazyRouteComponent(() => import('./features/crisis/HistoryPage'), 'HistoryPage'),
});

const alertSettings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings/alerts',
  loader: () =>
    Promise.all([queryClient.ensureQueryData(crisisSettingsQuery), queryClient.ensureQueryData(templatesQuery)]),
  component: lazyRouteComponent(() => import('./features/settings/AlertSettingsPage'), 'AlertSettingsPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    login,
    setup,
    signedIn.addChildren([
      home,
      posts,
      post,
      compose,
      channels,
      notices,
      review,
      settings,
      crisis,
      held,
      history,
      board,
      log,
      alertSettings,
    ]),
  ]),
  defaultPreload: 'intent',
  // The query cache decides what is old.
  defaultPreloadStaleTime: 0,
  defaultErrorComponent: PageError,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** The page has the whole screen: no rail, no bottom bar. */
    focus?: boolean;
  }
  interface Register {
    router: typeof router;
  }
}
