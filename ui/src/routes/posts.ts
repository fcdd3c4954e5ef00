import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { channelsQuery, kindsQuery } from '../api/channels';
import { $api, queryClient } from '../api/client';
import { noticesQuery } from '../api/notices';
import { postQuery, postsQuery } from '../api/posts';
import { reviewQuery } from '../api/system';
import type { PostStatus } from '../api/types';
import { signedIn } from './root';
import { hour, oneOf, text, words } from './search';

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
const postStatus = oneOf(Object.keys(POST_STATUSES) as PostStatus[]);

const posts = createRoute({
  getParentRoute: () => signedIn,
  path: '/posts',
  validateSearch: (search): { q?: string; status?: PostStatus; channel?: string } => {
    const q = text(search.q);
    const status = postStatus(search.status);
    const channel = text(search.channel)?.slice(0, 64);
    return { ...(q ? { q } : {}), ...(status ? { status } : {}), ...(channel ? { channel } : {}) };
  },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) =>
    Promise.all([queryClient.ensureInfiniteQueryData(postsQuery(deps)), queryClient.ensureQueryData(channelsQuery)]),
  component: lazyRouteComponent(() => import('../features/posts/PostsPage'), 'PostsPage'),
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
  component: lazyRouteComponent(() => import('../features/posts/PostPage'), 'PostPage'),
});

const mediumQuery = (id: string) => $api.queryOptions('get', '/media/{id}', { params: { path: { id } } });

const compose = createRoute({
  getParentRoute: () => signedIn,
  path: '/compose',
  // `media`: a picture of the library to begin with; `at`: the hour that was clicked in the calendar; `template`: a text
  // to begin with, and `values`: what was filled in on its page.
  validateSearch: (
    search,
  ): { post?: string; at?: string; media?: string; template?: string; values?: Record<string, string> } => {
    const id = text(search.post);
    const at = hour(search.at);
    const media = text(search.media);
    const template = text(search.template);
    const filled = words(search.values);
    return {
      ...(id ? { post: id } : {}),
      ...(at ? { at } : {}),
      ...(media ? { media } : {}),
      ...(template ? { template } : {}),
      ...(template && filled ? { values: filled } : {}),
    };
  },
  loaderDeps: ({ search: { post, media } }) => ({ post, media }),
  loader: async ({ deps }) => {
    const [media] = await Promise.all([
      // A picture that is gone is no reason not to write.
      deps.media ? queryClient.fetchQuery(mediumQuery(deps.media)).catch(() => null) : null,
      queryClient.ensureQueryData(channelsQuery),
      queryClient.ensureQueryData(kindsQuery),
      // Read anew: what is changed must be its latest version.
      deps.post ? queryClient.fetchQuery({ ...postQuery(deps.post), staleTime: 0 }) : null,
    ]);
    return { media };
  },
  component: lazyRouteComponent(() => import('../features/composer/ComposerPage'), 'ComposerPage'),
});

const review = createRoute({
  getParentRoute: () => signedIn,
  path: '/review',
  loader: () => Promise.all([queryClient.ensureQueryData(reviewQuery), queryClient.ensureQueryData(channelsQuery)]),
  component: lazyRouteComponent(() => import('../features/review/ReviewPage'), 'ReviewPage'),
});

const notices = createRoute({
  getParentRoute: () => signedIn,
  path: '/notices',
  loader: () => queryClient.ensureInfiniteQueryData(noticesQuery),
  component: lazyRouteComponent(() => import('../features/notices/NoticesPage'), 'NoticesPage'),
});

export const postRoutes = [posts, post, compose, review, notices] as const;
