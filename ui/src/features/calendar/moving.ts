import { type Fold, resolveWall, type Wall, wallOf } from '../../data/wall';
import type { Day } from './days';
import type { Item } from './plan';

/** Where a post is wanted: a day, and its hour where that is not the present one. */
export type Target = { day: Day; hour?: string | undefined };

export type Outcome =
  /** May be moved at once. */
  | { kind: 'move'; at: string; wall: Wall }
  | { kind: 'same' }
  | { kind: 'locked'; why: NonNullable<Item['entry']['locked']> }
  | { kind: 'past-day' }
  /** The rest needs a person to choose another hour, or to say which one is meant. */
  | { kind: 'ask'; wall: Wall; why: 'no-hour' | 'past-hour' | 'gap' | 'twice' };

/** For a draft that never had an hour and is dropped on a day: the middle of a working day. */
export const USUAL_HOUR = '12:15';

/** What becomes of a wish to move a post. `now` is an instant. */
export function judge(item: Item, target: Target, zone: string, today: Day, now: number): Outcome {
  if (item.entry.locked) return { kind: 'locked', why: item.entry.locked };
  if (target.day < today) return { kind: 'past-day' };
  const hour = target.hour ?? item.hour;
  if (hour === '') return { kind: 'ask', wall: `${target.day}T${USUAL_HOUR}`, why: 'no-hour' };
  if (target.day === item.day && hour === item.hour) return { kind: 'same' };
  const wall = `${target.day}T${hour}`;
  const resolved = resolveWall(wall, zone);
  if (resolved.kind === 'gap') return { kind: 'ask', wall, why: 'gap' };
  if (resolved.kind === 'twice') return { kind: 'ask', wall, why: 'twice' };
  if (Date.parse(resolved.instant) <= now) return { kind: 'ask', wall, why: 'past-hour' };
  return { kind: 'move', at: resolved.instant, wall };
}

/**
 * What the server is told of a new hour. The wall time, so that the post stays
 * at its hour if the rules of the zone change; an instant where that would not
 * do. A draft that has an hour remains a draft: only a person lets it leave.
 */
export function publishAt(
  { status, at: before }: Pick<Item['entry'], 'status' | 'at'>,
  at: string | null,
  zone: string,
) {
  if (at === null) return { mode: 'draft' as const };
  const wall = wallOf(at, zone);
  return {
    mode: status === 'draft' && before !== null ? ('draft' as const) : ('at' as const),
    at: resolveWall(wall, zone).kind === 'once' ? wall : at,
  };
}

/** The instant of what was chosen in the dialog, or why there is none. */
export function chosenInstant(wall: Wall, fold: Fold, zone: string, now: number): { at: string } | 'gap' | 'past' {
  const resolved = resolveWall(wall, zone);
  if (resolved.kind === 'gap') return 'gap';
  const at = resolved.kind === 'twice' ? resolved[fold] : resolved.instant;
  return Date.parse(at) <= now ? 'past' : { at };
}
