import type { Delivery, Kind, Post, PostStatus } from '../../api/types';

/** What a person may do about a delivery now. */
export type Act = 'retry' | 'sendLate' | 'settle' | 'correct' | 'remove';

export function actsFor(delivery: Delivery, network?: Kind['abilities']): Act[] {
  // What a person found on the network by hand has no number there: nothing can be done to it from here.
  if (delivery.status === 'sent' && !delivery.removed_at && delivery.remote_id)
    return [...(network?.update ? (['correct'] as const) : []), ...(network?.delete ? (['remove'] as const) : [])];
  if (delivery.status === 'failed') return ['retry'];
  if (delivery.status === 'missed') return ['sendLate'];
  return delivery.needs_person ? ['settle'] : [];
}

const CANCELLABLE: Delivery['status'][] = [
  'draft',
  'awaiting_approval',
  'scheduled',
  'held',
  'retrying',
  'failed',
  'missed',
];

/** Whether anything is left to cancel. */
export const canCancel = (post: Post): boolean =>
  post.status !== 'cancelled' && post.deliveries.some((d) => CANCELLABLE.includes(d.status));

const CHANGEABLE: PostStatus[] = ['draft', 'awaiting_approval', 'scheduled'];

/** Whether nothing has left yet, so that its text may still change. */
export const canChange = (post: Post): boolean => CHANGEABLE.includes(post.status);

/** What a post is called in lists: its title, else its first words. */
export function nameOfPost(post: Pick<Post, 'title' | 'text'>): string {
  const line = post.title.trim() || (post.text.trim().split('\n')[0] ?? '');
  const words = Array.from(line);
  return words.length > 90 ? `${words.slice(0, 88).join('').trimEnd()}…` : line;
}
