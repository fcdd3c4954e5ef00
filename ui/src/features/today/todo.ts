import type { Channel, CrisisState, Kind, Notice, ReviewItem } from '../../api/types';
import { needsRenewal, type Standing, standingOf } from '../channels/standing';

/** Something that waits for a person. */
export type Todo =
  | { is: 'notice'; notice: Notice }
  | { is: 'review'; n: number }
  | { is: 'paused'; n: number }
  | { is: 'channel'; channel: Channel; standing: Standing }
  | { is: 'imports'; n: number; more: boolean }
  | { is: 'exercise' };

/** What is worst, or ends soonest, comes first. */
const FIRST: Notice['kind'][] = ['unknown', 'failed', 'missed', 'duplicate'];
/** Alerts have their strip above every page. */
const ELSEWHERE: Notice['kind'][] = ['crisis'];

export type Facts = {
  notices: Notice[];
  review: ReviewItem[];
  crisis: CrisisState | undefined;
  imports: { n: number; more: boolean };
  channels: Channel[];
  kinds: Kind[];
  now: number;
};

/** Everything that waits for a person, each thing once. */
export function todoOf({ notices, review, crisis, imports, channels, kinds, now }: Facts): Todo[] {
  const renewsItself = (c: Channel) => kinds.find((k) => k.kind === c.kind)?.abilities.renew ?? false;
  const weak = channels
    .map((channel) => ({ channel, standing: standingOf(channel, renewsItself(channel), now) }))
    .filter(({ standing }) => needsRenewal(standing));
  const told = (n: Notice) =>
    n.settled_at !== null ||
    ELSEWHERE.includes(n.kind) ||
    (n.kind === 'reauth' && weak.some(({ channel }) => channel.id === n.channel_id)) ||
    (n.kind === 'review' && review.length > 0) ||
    (n.kind === 'recovery' && n.channel_id !== null && review.length > 0) ||
    (n.kind === 'exercise' && crisis?.exercise_due === true);
  const open = [...new Map(notices.map((n) => [n.id, n])).values()].filter((n) => !told(n));
  const rank = (n: Notice) => (FIRST.includes(n.kind) ? FIRST.indexOf(n.kind) : FIRST.length);
  const grave = open.filter((n) => FIRST.includes(n.kind)).sort((a, b) => rank(a) - rank(b));
  return [
    ...grave.map((notice) => ({ is: 'notice' as const, notice })),
    ...(review.length > 0 ? [{ is: 'review' as const, n: review.length }] : []),
    ...(crisis && !crisis.active && crisis.held > 0 ? [{ is: 'paused' as const, n: crisis.held }] : []),
    ...weak.map((w) => ({ is: 'channel' as const, ...w })),
    ...open.filter((n) => !FIRST.includes(n.kind)).map((notice) => ({ is: 'notice' as const, notice })),
    ...(imports.n > 0 ? [{ is: 'imports' as const, ...imports }] : []),
    ...(crisis?.exercise_due && crisis.may_raise ? [{ is: 'exercise' as const }] : []),
  ];
}
