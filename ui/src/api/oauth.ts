import { $api } from './client';

/** The networks that lead a person to their own page; for administrators only. */
export const oauthQuery = $api.queryOptions('get', '/oauth', undefined, { staleTime: 300_000, retry: false });

/** What a network gave after it led back. */
export const flowQuery = (id: string) =>
  $api.queryOptions(
    'get',
    '/oauth/{id}',
    { params: { path: { id } } },
    { staleTime: Number.POSITIVE_INFINITY, retry: false },
  );
