import { useSuspenseQuery } from '@tanstack/react-query';
import { $api, queryClient, sessionKey } from './client';
import type { Session } from './types';

export const sessionQuery = $api.queryOptions('get', '/session', undefined, {
  staleTime: Number.POSITIVE_INFINITY,
  retry: false,
});

/** Who is signed in. Only below the signed-in routes, which load it first. */
export function useSession(): Session {
  return useSuspenseQuery(sessionQuery).data;
}

export const isAdministrator = (session: Session) => session.user.role === 'administrator';

/** May raise and lead alerts. */
export const mayAlert = ({ user }: Session) => user.crisis || user.role === 'administrator';

/** Takes over the answer of signing in. */
export function acceptSession(session: Session): void {
  queryClient.setQueryData(sessionKey, session);
}
