import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import createFetchClient, { type Middleware } from 'openapi-fetch';
import createQueryHooks from 'openapi-react-query';
import { send } from '../early/answers';
import { ledger } from './ledger';
import { type Problem, toProblem } from './problem';
import type { paths } from './schema.gen';
import { sessionEnd } from './session-end';
import type { Session } from './types';

export const BASE = '/api/v1';

/**
 * Nothing waits for the browser to think that it is online: the server may be
 * on the same machine, and a publication that leaves by itself an hour later is
 * a wrong one.
 */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (error) => noticeSessionEnd(toProblem(error)) }),
  mutationCache: new MutationCache({ onError: (error) => noticeSessionEnd(toProblem(error)) }),
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: 10_000,
      retry: (count, error) => {
        const { status } = toProblem(error);
        return count < 2 && (status === 0 || status >= 500);
      },
    },
    mutations: { networkMode: 'always', retry: false },
  },
});

export const sessionKey = ['get', '/session'] as const;

/** The session as last read; undefined when nobody is signed in. */
export const currentSession = () => queryClient.getQueryData<Session>(sessionKey);

/** A session that ends under somebody's hands asks to sign in again over the page, and keeps the page. */
export function noticeSessionEnd(problem: Problem): void {
  if (problem.status === 401 && currentSession()) sessionEnd.set(true);
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

const csrf: Middleware = {
  onRequest({ request }) {
    const token = currentSession()?.csrf_token;
    if (token && !SAFE.has(request.method)) request.headers.set('X-CSRF-Token', token);
    return request;
  },
};

const carry = (problem: Problem, status: number) =>
  new Response(JSON.stringify(problem), { status, headers: { 'Content-Type': 'application/json' } });

/** Every failure reaches the caller as a Problem, whoever answered, or nobody. */
export const problems: Middleware = {
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return undefined;
    return carry(toProblem(null), 503);
  },
  async onResponse({ response }) {
    ledger.heard(response);
    if (response.ok) return undefined;
    const body: unknown = await response
      .clone()
      .json()
      .catch(() => null);
    return carry(toProblem(body, response.status), response.status);
  },
};

export const api = createFetchClient<paths>({ baseUrl: BASE, fetch: send });
api.use(csrf, problems);

/** Typed hooks: `$api.useQuery('get', '/posts/{id}', …)`. */
export const $api = createQueryHooks(api);
