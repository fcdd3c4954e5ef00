import type { Delivery, Kind, Post, PostStatus } from '../../api/types';

/** What a person may do about a delivery now. */
export type Act = 'retry' | 'sendLate' | 'settle' | 'correct' | 'remove';

type Alert = Pick<Post, 'broadcast_id'>;

export function actsFor(delivery: Delivery, network?: Kind['abilities'], { broadcast_id }: Alert = {}): Act[] {
  // What a person found on the network by hand has no number there: nothing can be done to it from here.
  // What an alert said is corrected by its next message, not behind its back.
  if (delivery.status === 'sent' && !delivery.removed_at && delivery.remote_id && !broadcast_id)
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

/** Whether anything is left to cancel. A message of an alert is led at its board. */
export const canCancel = (post: Pick<Post, 'status' | 'broadcast_id' | 'deliveries'>): boolean =>
  !post.broadcast_id && post.status !== 'cancelled' && post.deliveries.some((d) => CANCELLABLE.includes(d.status));

const CHANGEABLE: PostStatus[] = ['draft', 'awaiting_approval', 'scheduled'];

/** Whether nothing has left yet, so that its text may still change. */
export const canChange = (post: Pick<Post, 'status' | 'broadcast_id'>): boolean =>
  !post.broadcast_id && CHANGEABLE.includes(post.status);

/** What a post is called in lists: its title, else its first words. */
export function nameOfPost(post: Pick<Post, 'title' | 'text'>): string {
  const line = post.title.trim() || (post.text.trim().split('\n')[0] ?? '');
  const words = Array.from(line);
  return words.length > 90 ? `${words.slice(0, 88).join('').trimEnd()}…` : line;
}
