import { expect, it } from 'vitest';
import type { ReviewItem } from '../../api/types';
import { delivery } from '../../test/samples';
import { batches, choosing, chosen } from './choices';

const item = (id: string, reason: ReviewItem['reason'] = 'review'): ReviewItem => ({
  title: id,
  reason,
  delivery: delivery({ id, status: 'held', hold_reason: reason }),
});

it('decides only what was chosen, and leaves the rest', () => {
  const items = [item('a'), item('b'), item('c')];
  expect(chosen(items, {})).toEqual({ release: [], cancel: [], doubtful: 0 });
  expect(chosen(items, { a: 'release', b: 'cancel', c: 'later' })).toEqual({
    release: ['a'],
    cancel: ['b'],
    doubtful: 0,
  });
});

it('forgets a choice for what is no longer held', () => {
  expect(chosen([item('a')], { a: 'release', gone: 'release' }).release).toEqual(['a']);
});

it('counts what may be online already, only where it would leave', () => {
  const items = [item('a', 'recovery'), item('b', 'recovery'), item('c')];
  expect(chosen(items, choosing(items, 'release')).doubtful).toBe(2);
  expect(chosen(items, choosing(items, 'cancel')).doubtful).toBe(0);
});

it('asks the server in requests that it takes', () => {
  const ids = (n: number) => Array.from({ length: n }, (_, i) => String(i));
  const made = batches({ release: ids(5), cancel: ids(2), doubtful: 0 }, 2);
  expect(made.map((b) => [b.release.length, b.cancel.length])).toEqual([
    [2, 2],
    [2, 0],
    [1, 0],
  ]);
  expect(made.flatMap((b) => b.release)).toEqual(ids(5));
});
