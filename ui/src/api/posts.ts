import { infiniteQueryOptions } from '@tanstack/react-query';
import { $api, api } from './client';
import type { DeliveryStatus, Post, PostStatus } from './types';

/** May still change without anybody doing anything. */
const MOVING: DeliveryStatus[] = ['sending', 'retrying', 'unknown'];

/** The stream says when something changes; this reads again all the same, for lines that are cut without a sign. */
const SAFETY_NET = 10_000;

export function isMoving(post: Pick<Post, 'deliveries'>, now: number): boolean {
  return post.deliveries.some(
    (d) =>
      (MOVING.includes(d.status) && !d.needs_person) ||
      (d.status === 'scheduled' && d.due_at !== null && Date.parse(d.due_at) <= now),
  );
}

export const postQuery = (id: string) =>
  $api.queryOptions(
    'get',
    '/posts/{id}',
    { params: { path: { id } } },
    { refetchInterval: (query) => (query.state.data && isMoving(query.state.data, Date.now()) ? SAFETY_NET : false) },
  );

export const deliveryQuery = (id: string) => $api.queryOptions('get', '/deliveries/{id}', { params: { path: { id } } });

export type PostFilter = {
  q?: string | undefined;
  status?: PostStatus | undefined;
  /** A channel's id. */
  channel?: string | undefined;
};

// Not $api.useInfiniteQuery: it sends cursor=0 for the first page.
export const postsQuery = (filter: PostFilter) =>
  infiniteQueryOptions({
    queryKey: ['get', '/posts', filter] as const,
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...filter, limit: 20, ...(pageParam ? { cursor: pageParam } : {}) };
      const { data, error } = await api.GET('/posts', { params: { query }, signal });
      if (error) throw error;
      return data;
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });
