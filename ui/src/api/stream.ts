import type { StreamEvent } from './types';

export type StreamState = 'connecting' | 'open' | 'lost';

/** What the stream needs of the browser. */
export type StreamEnvironment = {
  connect(url: string): EventSource;
  setTimeout(run: () => void, ms: number): number;
  clearTimeout(id: number): void;
};

export type StreamHandlers = {
  event(event: StreamEvent): void;
  /** The line is open, for the first time or again: what was read before may be old. */
  opened(): void;
  /** The line is closed for good and is about to be opened anew: the session may have ended. */
  closed(): void;
  state(state: StreamState): void;
};

/** How long without a line before people are told. */
export const PATIENCE = 5_000;
const LONGEST_PAUSE = 30_000;

const browser: StreamEnvironment = {
  connect: (url) => new EventSource(url),
  setTimeout: (run, ms) => window.setTimeout(run, ms),
  clearTimeout: (id) => window.clearTimeout(id),
};

/**
 * Listens to what changes. EventSource reconnects by itself and sends
 * Last-Event-ID; it gives up when the server answers with an error, and then
 * this opens a new one, with growing pauses. Returns how to stop.
 */
export function openStream(url: string, on: StreamHandlers, env: StreamEnvironment = browser): () => void {
  let source: EventSource | undefined;
  let patience = 0;
  let retry = 0;
  let pause = 1_000;
  let stopped = false;

  const waiting = () => {
    if (patience) return;
    on.state('connecting');
    patience = env.setTimeout(() => on.state('lost'), PATIENCE);
  };
  const receive = (e: Event) => on.event(JSON.parse((e as MessageEvent<string>).data) as StreamEvent);

  const open = () => {
    source = env.connect(url);
    source.onopen = () => {
      env.clearTimeout(patience);
      patience = 0;
      pause = 1_000;
      on.state('open');
      on.opened();
    };
    source.onerror = () => {
      waiting();
      if (source?.readyState !== 2 /* EventSource.CLOSED */ || stopped) return;
      on.closed();
      retry = env.setTimeout(open, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    };
    for (const type of ['post', 'delivery', 'broadcast', 'channel', 'notice', 'system'])
      source.addEventListener(type, receive);
    source.addEventListener('reset', () => on.opened());
  };

  waiting();
  open();
  return () => {
    stopped = true;
    env.clearTimeout(patience);
    env.clearTimeout(retry);
    source?.close();
  };
}
