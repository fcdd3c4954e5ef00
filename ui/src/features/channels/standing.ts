import type { Channel } from '../../api/types';

const DAY = 86_400_000;
/** So long before its end an authorisation that nothing renews is spoken of. */
const AHEAD = 14 * DAY;

/** How an account stands, the gravest first. */
export type Standing =
  | { is: 'cut' | 'renew' | 'expired' | 'working' }
  | { is: 'waiting'; since: string; until: string }
  | { is: 'expires'; days: number };

export function standingOf(channel: Channel, renewsItself: boolean, now: number): Standing {
  if (channel.status === 'disconnected') return { is: 'cut' };
  if (channel.status === 'needs_reauth') return { is: 'renew' };
  const left = channel.credentials_expire_at
    ? Date.parse(channel.credentials_expire_at) - now
    : Number.POSITIVE_INFINITY;
  if (left <= 0) return { is: 'expired' };
  const { breaker } = channel.health;
  if (breaker) return { is: 'waiting', since: breaker.opened_at, until: breaker.next_probe_at };
  if (left <= AHEAD && !renewsItself) return { is: 'expires', days: Math.ceil(left / DAY) };
  return { is: 'working' };
}

/** Whether only a person can make it work again, or keep it working. */
export const needsRenewal = ({ is }: Standing) =>
  is === 'cut' || is === 'renew' || is === 'expired' || is === 'expires';
