import { infiniteQueryOptions } from '@tanstack/react-query';
import { $api, api } from './client';

/** The stream tells at once; this reads again all the same, for lines that are cut without a sign. */
const SAFETY_NET = 30_000;

/** What the caller has not seen and whose reason is not gone; its first page, and the count of all. */
export const unreadQuery = $api.queryOptions(
  'get',
  '/notices',
  { params: { query: { unread: true } } },
  { refetchInterval: SAFETY_NET },
);

// Not $api.useInfiniteQuery: it sends cursor=0 for the first page.
export const noticesQuery = infiniteQueryOptions({
  queryKey: ['get', '/notices'] as const,
  queryFn: async ({ pageParam, signal }) => {
    const { data, error } = await api.GET('/notices', {
      params: { query: pageParam ? { cursor: pageParam } : {} },
      signal,
    });
    if (error) throw error;
    return data;
  },
  initialPageParam: '',
  getNextPageParam: (page) => page.next_cursor,
});
