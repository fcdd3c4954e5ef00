import type { Broadcast, Delivery, Tick } from '../../api/types';

export type Place = 'there' | 'byHand' | 'waiting' | 'sending' | 'looking' | 'ask' | 'failed' | 'superseded';

/** Where a message stands on one channel, as those who lead an alert need to know it. */
export function placeOf(d: Delivery, tick: Tick | undefined): Place {
  if (d.status === 'sent') return 'there';
  if (tick) return 'byHand';
  switch (d.status) {
    case 'sending':
    case 'retrying':
      return 'sending';
    case 'unknown':
      return d.needs_person ? 'ask' : 'looking';
    case 'failed':
    case 'missed':
      return 'failed';
    case 'cancelled':
      return 'superseded';
    default:
      return 'waiting';
  }
}

const KNOWN = new Set<Place>(['there', 'byHand']);

export function tally(deliveries: Delivery[], ticks: Tick[]): { there: number; total: number; bad: number } {
  const places = deliveries.map((d) =>
    placeOf(
      d,
      ticks.find((tick) => tick.delivery_id === d.id),
    ),
  );
  return {
    there: places.filter((p) => KNOWN.has(p)).length,
    total: deliveries.length,
    bad: places.filter((p) => p === 'failed' || p === 'ask').length,
  };
}

/** Seconds from the decision until the first network had the first message; null: none yet. */
export function firstSeconds(alert: Broadcast): number | null {
  const first = alert.messages[0];
  if (!first) return null;
  const from = Date.parse(alert.confirmed_at ?? first.created_at);
  const sent = first.deliveries.flatMap((d) => (d.sent_at ? [Date.parse(d.sent_at)] : []));
  return sent.length > 0 ? Math.max(0, (Math.min(...sent) - from) / 1_000) : null;
}

/** A failure that connecting the account again repairs. */
export const needsReconnect = (d: Delivery) => d.error?.kind === 'auth' || d.error?.kind === 'permission';
