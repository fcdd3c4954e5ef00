import type { Channel, Kind, Preview } from '../../api/types';
import { countText } from '../../data/count';
import type { Draft } from './state';

export type Counter = {
  channel: Channel;
  length: number;
  limit: number;
  /** fits; close to the limit; over it (only own texts: those are never cut); or cut and linked to the whole. */
  state: 'fits' | 'close' | 'over' | 'shortened';
};

/** Below a tenth of the limit it gets tight. */
const CLOSE = 0.1;
/** A limit that nobody reaches needs no counter. */
const UNREACHABLE = 5_000;

function judge(length: number, limit: number, own: boolean, shortened: boolean): Counter['state'] {
  if (shortened) return 'shortened';
  if (length > limit) return own ? 'over' : 'shortened';
  return limit - length < limit * CLOSE ? 'close' : 'fits';
}

/**
 * How much room each chosen channel leaves. `previews` are the server's counts
 * and decide; pass none while they are older than the text, and the estimate of
 * this browser stands in.
 */
export function counters(draft: Draft, chosen: Channel[], kinds: Kind[], previews: Preview[]): Counter[] {
  return chosen.flatMap((channel): Counter[] => {
    const limits = kinds.find((k) => k.kind === channel.kind)?.limits;
    const override = draft.overrides[channel.id];
    const own = override?.text !== undefined;
    const preview = previews.find((p) => p.channel_id === channel.id);
    const limit = preview?.limit ?? limits?.text.max ?? 0;
    if (limit === 0 || limit > UNREACHABLE) return [];
    const length = preview?.length ?? countText(override?.text ?? draft.text, limits?.text.rule ?? '');
    return [{ channel, length, limit, state: judge(length, limit, own, preview?.shortened ?? false) }];
  });
}
