import { queryClient } from '../api/client';
import type { Session } from '../api/types';

/**
 * Who was signed in on this device, and the commune's channels, as the server
 * said them last: enough to write a text while nobody answers. Nothing of what
 * was published or planned is kept.
 */
const KEPT = ['/session', '/channels', '/kinds'] as const;
type Kept = (typeof KEPT)[number];

const place = (path: Kept) => `crieur.known.${path}`;
const isKept = (path: unknown): path is Kept => KEPT.includes(path as Kept);

/** The proof that a request is ours is worth nothing later, and is not kept. */
const withoutSecrets = (path: Kept, data: unknown) =>
  path === '/session' ? { ...(data as Session), csrf_token: '' } : data;

/** Keeps what arrives. Once, at the start. */
export function rememberWhatArrives(): void {
  queryClient.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success') return;
    const [, path, init] = event.query.queryKey as readonly unknown[];
    if (!isKept(path) || init !== undefined) return;
    try {
      localStorage.setItem(place(path), JSON.stringify(withoutSecrets(path, event.query.state.data)));
    } catch {
      // A device without room works as long as the server answers.
    }
  });
}

/** Puts what is known in the place of answers that do not come. False: nobody was signed in here. */
export function takeWhatIsKnown(): boolean {
  for (const path of KEPT) {
    const text = localStorage.getItem(place(path));
    if (text === null) return false;
    if (queryClient.getQueryData(['get', path]) === undefined) {
      // As old as can be: it is asked for again as soon as somebody answers.
      queryClient.setQueryData(['get', path], JSON.parse(text), { updatedAt: 1 });
    }
  }
  return true;
}

/** Whoever signs out leaves nothing. */
export function forgetWhatIsKnown(): void {
  for (const path of KEPT) localStorage.removeItem(place(path));
}
