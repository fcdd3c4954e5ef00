import { beforeEach, describe, expect, it, vi } from 'vitest';
import { openStream, PATIENCE, type StreamState } from './stream';
import type { StreamEvent } from './types';

/** An EventSource that does what the test says. */
class Line extends EventTarget {
  static all: Line[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  onerror: (() => void) | null = null;
  constructor(readonly url: string) {
    super();
    Line.all.push(this);
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  /** The browser reconnects by itself. */
  breakOff() {
    this.readyState = 0;
    this.onerror?.();
  }
  /** The browser gives up. */
  refuse() {
    this.readyState = 2;
    this.onerror?.();
  }
  close() {
    this.readyState = 2;
  }
}

const last = () => {
  const line = Line.all.at(-1);
  if (!line) throw new Error('no line');
  return line;
};

function listen() {
  const seen = { events: [] as StreamEvent[], opened: 0, closed: 0, states: [] as StreamState[] };
  const stop = openStream(
    '/api/v1/stream',
    {
      event: (e) => seen.events.push(e),
      opened: () => seen.opened++,
      closed: () => seen.closed++,
      state: (s) => seen.states.push(s),
    },
    {
      connect: (url) => new Line(url) as unknown as EventSource,
      setTimeout: (run, ms) => setTimeout(run, ms) as unknown as number,
      clearTimeout: (id) => clearTimeout(id),
    },
  );
  return { seen, stop };
}

beforeEach(() => {
  vi.useFakeTimers();
  Line.all = [];
});

describe('the stream', () => {
  it('hands on what changes', () => {
    const { seen } = listen();
    last().open();
    const data = { type: 'delivery', id: 'd1', post_id: 'p1', status: 'sent' };
    last().dispatchEvent(new MessageEvent('delivery', { data: JSON.stringify(data) }));
    expect(seen.events).toEqual([data]);
    expect(seen.states).toEqual(['connecting', 'open']);
  });
  it('tells people only after five seconds without a line', () => {
    const { seen } = listen();
    last().open();
    last().breakOff();
    vi.advanceTimersByTime(PATIENCE - 1);
    expect(seen.states.at(-1)).toBe('connecting');
    vi.advanceTimersByTime(1);
    expect(seen.states.at(-1)).toBe('lost');
  });
  it('says nothing of an interruption that is over sooner, and reads everything again', () => {
    const { seen } = listen();
    last().open();
    last().breakOff();
    vi.advanceTimersByTime(PATIENCE - 1);
    last().open();
    vi.advanceTimersByTime(PATIENCE);
    expect(seen.states).not.toContain('lost');
    expect(seen.opened).toBe(2);
  });
  it('opens a new line when the browser gives up, ever more slowly', () => {
    const { seen } = listen();
    last().refuse();
    expect(seen.closed).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect(Line.all).toHaveLength(2);
    last().refuse();
    vi.advanceTimersByTime(1_999);
    expect(Line.all).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(Line.all).toHaveLength(3);
  });
  it('reads everything again when the server says that too much was missed', () => {
    const { seen } = listen();
    last().open();
    last().dispatchEvent(new MessageEvent('reset', { data: '' }));
    expect(seen.opened).toBe(2);
  });
  it('stops', () => {
    const { seen, stop } = listen();
    last().refuse();
    stop();
    vi.advanceTimersByTime(60_000);
    expect(Line.all).toHaveLength(1);
    expect(seen.states).not.toContain('lost');
  });
});
