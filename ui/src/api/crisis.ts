import { queryOptions } from '@tanstack/react-query';
import { $api, api } from './client';
import { ledger } from './ledger';
import { isMoving } from './posts';
import type { Broadcast } from './types';

/** The stream tells at once; these read again all the same, for lines that are cut without a sign. */
const SAFETY_NET = 30_000;
const QUICK = 3_000;
/** A line on which nothing comes for so long is no line. */
const PATIENCE = 10_000;

/**
 * How things stand. It also tells whether the server can be reached at all, so
 * it is not tried again in silence: the page that depends on it says so at once.
 */
export const crisisQuery = queryOptions({
  queryKey: ['get', '/crisis'] as const,
  queryFn: async ({ signal }) => {
    const { data, error } = await api.GET('/crisis', {
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
    });
    if (error) throw error;
    return data;
  },
  retry: false,
  refetchInterval: (query) =>
    query.state.status === 'error' || query.state.data?.broadcasts.length ? QUICK : SAFETY_NET,
});

const moves = (b: Broadcast) =>
  b.status === 'awaiting_confirmation' || isMoving({ deliveries: b.deliveries }, Number.POSITIVE_INFINITY);

export const broadcastQuery = (id: string) =>
  $api.queryOptions(
    'get',
    '/broadcasts/{id}',
    { params: { path: { id } } },
    {
      // Without the database nothing comes through the stream.
      refetchInterval: ({ state }) => (ledger.isAway() || (state.data && moves(state.data)) ? QUICK : SAFETY_NET),
      staleTime: 1_000,
    },
  );

export const broadcastsQuery = $api.queryOptions('get', '/broadcasts', { params: { query: { limit: 50 } } });
export const heldQuery = $api.queryOptions('get', '/crisis/held');
export const templatesQuery = $api.queryOptions('get', '/crisis/templates', undefined, { staleTime: 60_000 });
export const crisisSettingsQuery = $api.queryOptions('get', '/crisis/settings');
export const usersQuery = $api.queryOptions('get', '/users');
export const broadcastLogQuery = (id: string) =>
  $api.queryOptions('get', '/broadcasts/{id}/log', { params: { path: { id } } });
