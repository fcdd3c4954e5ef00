import { expect, it } from 'vitest';
import { type PracticePost, threadsOf } from './threads';

const post = (remote_id: string, minute: number, reply_to: string | null = null): PracticePost => ({
  remote_id,
  post_id: null,
  title: '',
  text: remote_id,
  at: `2026-11-22T08:${String(minute).padStart(2, '0')}:00Z`,
  url: null,
  reply_to,
  images: [],
  exercise: false,
});
const ids = (posts: PracticePost[]) =>
  threadsOf(posts).map(({ root, replies }) => [root.remote_id, ...replies.map((r) => r.remote_id)]);

it('reads a thread downwards and the feed from the newest', () => {
  expect(ids([post('c', 4, 'b'), post('other', 3), post('b', 2, 'a'), post('a', 1)])).toEqual([
    ['a', 'b', 'c'],
    ['other'],
  ]);
});

it('keeps a reply whose post is no longer in the feed', () => {
  expect(ids([post('b', 2, 'gone')])).toEqual([['b']]);
});

it('comes to an end where a network says nonsense', () => {
  expect(
    ids([post('a', 1, 'b'), post('b', 2, 'a')])
      .flat()
      .sort(),
  ).toEqual(['a', 'b']);
});
