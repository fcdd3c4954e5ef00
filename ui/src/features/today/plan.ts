import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '../../api/client';
import { isMoving } from '../../api/posts';
import type { Delivery, Post } from '../../api/types';
import { addDays, type Day, dayOf, startOf, weekOf } from './days';

/** What the page shows of the past and of what is to come. */
const BEFORE = 7;
const AFTER = 14;
/** Posts of three weeks; more than this many pages of a hundred are not read for one look at a day. */
const PAGES = 5;
const SAFETY_NET = 10_000;

/** The posts around a day: its whole week, what left lately and what leaves next. */
export const postsAroundQuery = (day: Day, zone: string) => {
  const from = startOf([weekOf(day)[0] as Day, addDays(day, -BEFORE)].sort()[0] as Day, zone);
  const to = startOf(addDays(day, AFTER + 1), zone);
  return queryOptions({
    // Begins as every list of posts does, so that events of posts read it again.
    queryKey: ['get', '/posts', { from, to }] as const,
    queryFn: async ({ signal }) => {
      const posts: Post[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < PAGES; page++) {
        const query: { from: string; to: string; limit: number; cursor?: string } = { from, to, limit: 100 };
        if (cursor) query.cursor = cursor;
        const { data, error } = await api.GET('/posts', { params: { query }, signal });
        if (error) throw error;
        posts.push(...data.posts);
        cursor = data.next_cursor;
        if (!cursor) break;
      }
      return posts;
    },
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.some((post) => isMoving(post, Date.now())) ? SAFETY_NET : false),
  });
};

const due = (post: Post) => post.publish.due_at ?? '';
const byHour = (a: Post, b: Post) => due(a).localeCompare(due(b)) || a.id.localeCompare(b.id);

/** The posts of each day, by hour, without those that were given up. */
export function byDay(posts: Post[], zone: string): Map<Day, Post[]> {
  const days = new Map<Day, Post[]>();
  for (const post of [...posts].sort(byHour)) {
    if (!post.publish.due_at || post.status === 'cancelled') continue;
    const day = dayOf(post.publish.due_at, zone);
    days.set(day, [...(days.get(day) ?? []), post]);
  }
  return days;
}

/** The next posts after a day, the nearest first. */
export const nextAfter = (posts: Post[], day: Day, zone: string, n: number): Post[] =>
  [...posts]
    .filter((p) => p.status !== 'cancelled' && p.publish.due_at && dayOf(p.publish.due_at, zone) > day)
    .sort(byHour)
    .slice(0, n);

/** When the last delivery of a post was taken by its network; '' when none was. */
export const sentAt = (post: Pick<Post, 'deliveries'>): string =>
  post.deliveries.reduce((last: string, d: Delivery) => (d.sent_at && d.sent_at > last ? d.sent_at : last), '');

/** What left last, the latest first. */
export const lastSent = (posts: Post[], n: number): Post[] =>
  posts
    .filter((p) => sentAt(p) !== '')
    .sort((a, b) => sentAt(b).localeCompare(sentAt(a)))
    .slice(0, n);
