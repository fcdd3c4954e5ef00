import { cleanup } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { show } from '../test/render';
import { Shortcuts } from './Shortcuts';

afterEach(cleanup);

/** Presses keys, each so many milliseconds after the page was opened. Returns which of them meant something. */
function taken(...keys: [key: string, at: number][]): string[] {
  return keys
    .filter(([key, at]) => {
      const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true });
      Object.defineProperty(event, 'timeStamp', { value: at });
      document.body.dispatchEvent(event);
      return event.defaultPrevented;
    })
    .map(([key]) => key);
}

it('G and a letter lead to a page; a letter alone does not, however soon after the page was opened', () => {
  show(<Shortcuts />);
  expect(taken(['m', 300], ['m', 900])).toEqual([]);
  expect(taken(['g', 1_000], ['x', 1_100], ['m', 1_200])).toEqual(['g']);
  expect(taken(['g', 2_000], ['m', 2_400])).toEqual(['g', 'm']);
  expect(taken(['g', 5_000], ['m', 7_000])).toEqual(['g']);
});
