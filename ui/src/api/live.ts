import { useEffect, useState } from 'react';
import { BASE, currentSession, queryClient, sessionKey } from './client';
import { sessionQuery } from './session';
import { openStream, type StreamState } from './stream';
import type { StreamEvent } from './types';

type Key = readonly [method: string, path: string, init?: { params?: { path?: { id?: string } } }];

function invalidate(paths: string[], id?: string) {
  void queryClient.invalidateQueries({
    predicate: ({ queryKey }) => {
      const [, path, init] = queryKey as unknown as Key;
      if (!paths.includes(path)) return false;
      return id === undefined || init?.params?.path?.id === undefined || init.params.path.id === id;
    },
  });
}

/** A notice comes with whatever it is about: what is held, the clock, recovery. */
const ATTENTION = ['/notices', '/review', '/system'];

/** What shows posts beside the posts themselves. */
const PLAN = ['/calendar', '/events', '/events/{id}', '/recurrences', '/recurrences/{id}', '/practice'];

/** What an alert changes, and the posts that it holds. */
const ALERTS = ['/crisis', '/crisis/held', '/broadcasts', '/broadcasts/{id}/log', '/posts', '/posts/{id}'];

/** An event says what changed, not how: it is read again, so that events that come twice or late do no harm. */
export function applyEvent(event: StreamEvent): void {
  switch (event.type) {
    case 'channel':
      invalidate(['/channels']);
      break;
    case 'post':
      invalidate(['/posts', '/posts/{id}'], event.id);
      invalidate(PLAN);
      break;
    case 'delivery':
      invalidate(['/deliveries/{id}'], event.id);
      invalidate(['/posts', '/posts/{id}'], event.post_id ?? undefined);
      invalidate(PLAN);
      // It may be a delivery of an alert that is on the screen: the event does not say.
      invalidate(['/broadcasts/{id}']);
      break;
    case 'broadcast':
      invalidate(['/broadcasts/{id}'], event.id);
      invalidate([...ALERTS, ...PLAN]);
      break;
    case 'notice':
    case 'system':
      invalidate(ATTENTION);
      break;
  }
}

const everything = () =>
  invalidate([
    ...PLAN,
    '/imports',
    '/posts',
    '/posts/{id}',
    '/deliveries/{id}',
    '/channels',
    '/broadcasts/{id}',
    ...ALERTS,
    ...ATTENTION,
  ]);

/** What changed between the first page's questions and the open line is asked once that page stands, not beside it. */
const FIRST_PAGE_MS = 2_000;

/** Keeps what is on the screen true. Once, in the shell. */
export function useLiveUpdates(): StreamState {
  const [state, setState] = useState<StreamState>('connecting');
  useEffect(() => {
    let first = 0;
    const stop = openStream(`${BASE}/stream`, {
      event: applyEvent,
      opened: () => {
        if (first) everything();
        else first = window.setTimeout(everything, FIRST_PAGE_MS);
        // Taken from what this device knew: the server says the whole of it.
        if (currentSession()?.csrf_token === '') void queryClient.invalidateQueries({ queryKey: sessionKey });
      },
      // Asked again so that an ended session shows as such, and not as a network fault.
      closed: () => void queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 }).catch(() => {}),
      state: setState,
    });
    return () => {
      window.clearTimeout(first);
      stop();
    };
  }, []);
  return state;
}
