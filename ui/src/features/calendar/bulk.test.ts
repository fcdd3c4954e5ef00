import { describe, expect, it } from 'vitest';
import type { CalendarEntry } from '../../api/calendar';
import { stepFor } from './bulk';
import { subjectOf } from './days';
import { type Item, Planner } from './plan';
import { Selection } from './selection';

const ZONE = 'Europe/Brussels';
const TODAY = '2026-11-22';
const NOW = Date.parse('2026-11-22T06:00:00Z');
const item = (over: Partial<CalendarEntry> = {}): Item => {
  const entry: CalendarEntry = {
    post_id: 'p1',
    version: 1,
    title: 'Marché',
    text: '',
    status: 'scheduled',
    at: '2026-11-24T11:15:00Z',
    category: '',
    channels: [{ channel_id: 'fb', kind: 'facebook', status: 'scheduled' }],
    image_id: null,
    locked: null,
    ...over,
  };
  const data = { zone: ZONE, entries: [entry], slots: [], holidays: [], events: [] };
  const plan = new Planner(ZONE).plan(data, new Map(), { statuses: [] }, subjectOf('month', TODAY));
  const made = [...plan.days.values()].flatMap((d) => d.items)[0];
  if (!made) throw new Error('no item');
  return made;
};
const step = (of: Item, act: Parameters<typeof stepFor>[1]) => stepFor(of, act, ZONE, TODAY, NOW);

describe('several posts', () => {
  it('move by days and keep their hour, over a change of clocks too', () => {
    expect(step(item(), { kind: 'move', days: 3 })).toEqual({
      do: 'publish',
      publish: { mode: 'at', at: '2026-11-27T12:15' },
      back: { mode: 'at', at: '2026-11-24T12:15' },
    });
    expect(step(item(), { kind: 'move', days: 150 })).toMatchObject({ publish: { at: '2027-04-23T12:15' } });
  });
  it('do not let a draft leave by moving it', () => {
    expect(step(item({ status: 'draft' }), { kind: 'move', days: 1 })).toEqual({
      do: 'publish',
      publish: { mode: 'draft', at: '2026-11-25T12:15' },
      back: { mode: 'draft', at: '2026-11-24T12:15' },
    });
  });
  it('become drafts at their hour, and leave again when that is undone', () => {
    expect(step(item(), { kind: 'draft' })).toEqual({
      do: 'publish',
      publish: { mode: 'draft', at: '2026-11-24T12:15' },
      back: { mode: 'at', at: '2026-11-24T12:15' },
    });
    expect(step(item({ status: 'draft' }), { kind: 'draft' })).toEqual({ do: 'nothing', why: 'draft' });
  });
  it('say why one stays as it is', () => {
    const why = (over: Partial<CalendarEntry>, act: Parameters<typeof stepFor>[1]) => {
      const found = step(item(over), act);
      return found.do === 'nothing' ? found.why : found.do;
    };
    expect(why({ locked: 'published' }, { kind: 'move', days: 1 })).toBe('published');
    expect(why({ locked: 'alert', broadcast_id: 'b1' }, { kind: 'cancel' })).toBe('alert');
    expect(why({ locked: 'leaving' }, { kind: 'draft' })).toBe('leaving');
    expect(why({}, { kind: 'move', days: -5 })).toBe('past-day');
    expect(why({ at: '2026-11-24T01:30:00Z' }, { kind: 'move', days: 124 })).toBe('gap');
    const sent = { channel_id: 'fb', kind: 'facebook', status: 'sent' as const };
    expect(why({ locked: 'published', channels: [sent] }, { kind: 'cancel' })).toBe('published');
    // One channel has it and another failed: the rest may be given up.
    expect(
      why(
        { locked: 'published', channels: [sent, { ...sent, channel_id: 'x', status: 'failed' }] },
        { kind: 'cancel' },
      ),
    ).toBe('cancel');
  });
});

describe('a selection', () => {
  const order = ['a', 'b', 'c', 'd', 'e'];
  it('takes all from the last choice to this one', () => {
    const selection = new Selection();
    selection.choose('b', true);
    selection.choose('d', true, order);
    expect([...selection.chosen]).toEqual(['b', 'c', 'd']);
    selection.choose('c', false, order);
    expect([...selection.chosen]).toEqual(['b']);
  });
  it('goes backwards too, and forgets where it began when that is gone', () => {
    const selection = new Selection();
    selection.choose('d', true);
    selection.choose('b', true, order);
    expect([...selection.chosen].sort()).toEqual(['b', 'c', 'd']);
    selection.clear();
    selection.choose('e', true, order);
    expect([...selection.chosen]).toEqual(['e']);
  });
  it('tells who listens, once for each change', () => {
    const selection = new Selection();
    let told = 0;
    const stop = selection.subscribe(() => told++);
    selection.choose('a', true);
    selection.keep(new Set(['a']));
    expect(told).toBe(1);
    stop();
    selection.clear();
    expect(told).toBe(1);
  });
});
