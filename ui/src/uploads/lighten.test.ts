import { afterEach, describe, expect, it, vi } from 'vitest';
import { lighten } from './lighten';
import { LIGHT, within, worthwhile } from './lighterRules';

describe('the size that is sent', () => {
  it.each([
    ['a photograph of a phone keeps its pixels', 4032, 3024, 4096, 4032, 3024],
    ['a long one is shortened', 8064, 6048, 4096, 4096, 3072],
    ['upright as well', 6048, 8064, 4096, 3072, 4096],
    ['a line stays one', 12_000, 1, 4096, 4096, 1],
  ])('%s', (_, width, height, side, w, h) => expect(within(width, height, side)).toEqual({ width: w, height: h }));
});

describe('a drawing', () => {
  it('goes in the place of a photograph when it saves a fifth', () => {
    expect(worthwhile('jpeg', 8_000_000, 2_500_000)).toBe(true);
    expect(worthwhile('jpeg', 2_500_000, 2_400_000)).toBe(false);
    expect(worthwhile('heic', 2_500_000, 3_000_000)).toBe(false);
  });
  it('goes in the place of a PNG only if that is a photograph, by what it saves', () => {
    expect(worthwhile('png', 20_000_000, 3_000_000)).toBe(true);
    expect(worthwhile('png', 4_000_000, 1_500_000)).toBe(false);
  });
});

describe('a heavy file', () => {
  const file = new File([new Uint8Array(LIGHT + 1)], 'Affiche.PNG', { type: 'image/png' });
  const lightened = (signal = new AbortController().signal) => lighten(file, signal);
  /** A worker of the browser that does this with what it is given. */
  const withWorker = (work: (this: Worker) => void) =>
    vi.stubGlobal('Worker', function (this: Worker) {
      this.postMessage = work;
      this.terminate = () => {};
    });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });

  it('goes itself where the browser cannot draw aside', async () => {
    // As here: happy-dom has no workers.
    expect(typeof Worker).toBe('undefined');
    expect(await lightened()).toBe(file);
  });
  it('is replaced by its drawing, under the name of what that is', async () => {
    withWorker(function () {
      this.onmessage?.(new MessageEvent('message', { data: new Blob(['drawn'], { type: 'image/jpeg' }) }));
    });
    const light = await lightened();
    expect([light.name, light.type, await light.text()]).toEqual(['Affiche.jpg', 'image/jpeg', 'drawn']);
  });
  it('goes itself where nothing was drawn, or the worker could not be loaded', async () => {
    withWorker(function () {
      this.onmessage?.(new MessageEvent('message', { data: null }));
    });
    expect(await lightened()).toBe(file);
    withWorker(function () {
      this.onerror?.(new ErrorEvent('error'));
    });
    expect(await lightened()).toBe(file);
  });
  it('goes itself when the drawing does not end, and the next one is drawn', async () => {
    vi.useFakeTimers();
    withWorker(() => {});
    const first = lightened();
    const second = lightened();
    await vi.runAllTimersAsync();
    expect([await first, await second]).toEqual([file, file]);
  });
  it('is let go at once when the sending is stopped', async () => {
    withWorker(() => {});
    const stop = new AbortController();
    const waiting = lightened(stop.signal);
    stop.abort();
    expect(await waiting).toBe(file);
  });
});

it('a light file is not touched', async () => {
  const file = new File([new Uint8Array(LIGHT)], 'petite.jpg');
  expect(await lighten(file, new AbortController().signal)).toBe(file);
});
