import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { $api } from '../../api/client';
import { oauthQuery } from '../../api/oauth';
import { toProblem } from '../../api/problem';
import { isAdministrator, useSession } from '../../api/session';

/**
 * The network's own page, on which a person gives access to an account. Where it
 * cannot be read whether there is one, codes can still be pasted.
 */
export function usePageOf(kind: string) {
  const administrator = isAdministrator(useSession());
  const { data } = useQuery({ ...oauthQuery, enabled: administrator });
  const known = data?.kinds.find((k) => k.kind === kind);
  const start = $api.useMutation('post', '/oauth', {
    // In this tab: the network leads back to it.
    onSuccess: ({ url }) => location.assign(url),
  });
  const { reset } = start;
  useEffect(() => {
    // Who goes back from the network finds this page as it was left: it then waits for nothing any more.
    const back = (e: PageTransitionEvent) => {
      if (e.persisted) reset();
    };
    window.addEventListener('pageshow', back);
    return () => window.removeEventListener('pageshow', back);
  }, [reset]);
  return {
    ready: known?.ready ?? false,
    /** The network has such a page, but this installation no keys for it. */
    lacking: known && !known.ready ? known.callback_url : null,
    // Stays so until the other page is there.
    isLeaving: start.isPending || start.isSuccess,
    problem: start.error ? toProblem(start.error) : null,
    open: (channelId?: string) => start.mutate({ body: { kind, ...(channelId ? { channel_id: channelId } : {}) } }),
    forget: reset,
  };
}

export type PageOf = ReturnType<typeof usePageOf>;
