import { expect, it } from 'vitest';
import { notice } from '../../test/samples';
import { openNotices } from './PostNotices';

it('the page of a post shows what is open about it and stands on none of its rows', () => {
  const preflight = notice({ id: 'a', kind: 'preflight', severity: 'warning' });
  const all = [
    preflight,
    notice({ id: 'b', kind: 'preflight', post_id: 'other' }),
    notice({ id: 'c', kind: 'preflight', settled_at: '2026-11-24T12:00:00Z' }),
    notice({ id: 'd', kind: 'failed' }),
    notice({ id: 'e', kind: 'clock', post_id: null }),
  ];
  expect(openNotices(all, 'p1')).toEqual([preflight]);
});
