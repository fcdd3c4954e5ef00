import { addDays, type Day } from './days';
import { judge, publishAt } from './moving';
import type { Item } from './plan';

/** What is done with several posts. */
export type Act = { kind: 'move'; days: number } | { kind: 'draft' } | { kind: 'cancel' };

/** Why a post is left as it is, known before the server is asked. */
export type Why =
  | NonNullable<Item['entry']['locked']>
  | 'past-day'
  | 'past-hour'
  | 'gap'
  | 'twice'
  | 'no-hour'
  | 'same'
  | 'draft';

export type Publish = ReturnType<typeof publishAt>;
export type Step =
  | { do: 'publish'; publish: Publish /** What brings it back. */; back: Publish }
  | { do: 'cancel' }
  | { do: 'nothing'; why: Why };

/** As it is now: what a later change is undone with. */
const asItIs = ({ entry }: Item, zone: string): Publish =>
  // Of a draft, its hour alone would say that it may leave.
  entry.status === 'draft'
    ? publishAt(entry, entry.at, zone)
    : publishAt({ status: 'scheduled', at: null }, entry.at, zone);

/** What becomes of a post in an act on several. */
export function stepFor(item: Item, act: Act, zone: string, today: Day, now: number): Step {
  const { entry } = item;
  const nothing = (why: Why): Step => ({ do: 'nothing', why });
  if (act.kind === 'cancel') {
    if (entry.locked === 'cancelled' || entry.locked === 'alert') return nothing(entry.locked);
    // Where one channel failed, there is something left to give up.
    if (entry.channels.length > 0 && entry.channels.every((c) => c.status === 'sent')) return nothing('published');
    return { do: 'cancel' };
  }
  if (entry.locked) return nothing(entry.locked);
  if (item.day === null || entry.at === null) return nothing('no-hour');
  const back = asItIs(item, zone);
  if (act.kind === 'draft') {
    if (entry.status === 'draft') return nothing('draft');
    return { do: 'publish', publish: publishAt({ status: 'draft', at: entry.at }, entry.at, zone), back };
  }
  const outcome = judge(item, { day: addDays(item.day, act.days) }, zone, today, now);
  if (outcome.kind === 'move') return { do: 'publish', publish: publishAt(entry, outcome.at, zone), back };
  if (outcome.kind === 'ask') return nothing(outcome.why);
  return nothing(outcome.kind === 'locked' ? outcome.why : outcome.kind);
}
