import { describe, expect, it } from 'vitest';
import type { CalendarDays, CalendarEntry } from '../../api/calendar';
import { rangeOf, step, subjectOf, weeksOfMonth } from './days';
import { chosenInstant, judge } from './moving';
import { Planner, stepOf } from './plan';

const ZONE = 'Europe/Brussels';
const entry = (over: Partial<CalendarEntry> = {}): CalendarEntry => ({
  post_id: 'p1',
  version: 1,
  title: 'Travaux rue de la Station',
  text: '',
  status: 'scheduled',
  at: '2026-11-24T11:15:00Z',
  category: '',
  channels: [{ channel_id: 'fb', kind: 'facebook', status: 'scheduled' }],
  image_id: null,
  locked: null,
  ...over,
});
const days = (over: Partial<CalendarDays> = {}): CalendarDays => ({
  zone: ZONE,
  entries: [entry()],
  slots: [],
  holidays: [],
  events: [],
  ...over,
});
const ALL = { statuses: [] };
const NOVEMBER = subjectOf('month', '2026-11-24');
const NOW = Date.parse('2026-11-22T06:00:00Z');

describe('the days of a view', () => {
  it('are whole weeks from Monday in a month', () => {
    const weeks = weeksOfMonth('2026-11-12');
    expect(weeks.map((w) => w[0])).toEqual([
      '2026-10-26',
      '2026-11-02',
      '2026-11-09',
      '2026-11-16',
      '2026-11-23',
      '2026-11-30',
    ]);
    expect(rangeOf('month', '2026-11-12')).toEqual({ from: '2026-10-26', to: '2026-12-07' });
  });
  it('are four weeks where a month fills them exactly', () => {
    expect(weeksOfMonth('2027-02-10')).toHaveLength(4);
  });
  it('step by what is shown', () => {
    expect(step('week', '2026-11-30', 1)).toBe('2026-12-07');
    expect(step('month', '2026-10-31', 1)).toBe('2026-11-30');
    expect(rangeOf('list', '2026-12-31')).toEqual({ from: '2026-12-01', to: '2027-01-01' });
  });
});

describe('the plan', () => {
  it('stands on the days of the commune, not of the computer', () => {
    const plan = new Planner(ZONE).plan(
      days({ entries: [entry({ at: '2026-11-24T23:30:00Z' })] }),
      new Map(),
      ALL,
      NOVEMBER,
    );
    expect(plan.days.get('2026-11-25')?.items[0]?.hour).toBe('00:30');
  });
  it('gives the same day again where nothing changed', () => {
    const planner = new Planner(ZONE);
    const other = entry({ post_id: 'p2', at: '2026-11-26T11:15:00Z' });
    const first = planner.plan(days({ entries: [entry(), other] }), new Map(), ALL, NOVEMBER);
    const same = first.days.get('2026-11-26');
    const second = planner.plan(days({ entries: [entry({ version: 2 }), other] }), new Map(), ALL, NOVEMBER);
    expect(second.days.get('2026-11-26')).toBe(same);
    expect(second.days.get('2026-11-24')).not.toBe(first.days.get('2026-11-24'));
  });
  it('shows a moved post where it goes, and counts by status whatever is filtered by status', () => {
    const plan = new Planner(ZONE).plan(
      days({ entries: [entry(), entry({ post_id: 'p2', status: 'published', locked: 'published' })] }),
      new Map([['p1', { entry: entry(), at: '2026-11-27T11:15:00Z' }]]),
      { statuses: ['scheduled'] },
      NOVEMBER,
    );
    expect(plan.days.get('2026-11-24')?.items ?? []).toEqual([]);
    expect(plan.days.get('2026-11-27')?.items.map((i) => i.entry.post_id)).toEqual(['p1']);
    expect(plan.counts.get('published')).toBe(1);
  });
  it('counts the month alone, although its grid shows days of its neighbours', () => {
    const data = days({
      entries: [
        entry(),
        entry({ post_id: 'before', at: '2026-10-31T11:15:00Z' }),
        // In Brussels, the first hour of December.
        entry({ post_id: 'after', at: '2026-11-30T23:30:00Z' }),
      ],
    });
    const of = (view: 'month' | 'week', day: string) =>
      new Planner(ZONE).plan(data, new Map(), ALL, subjectOf(view, day));
    expect(of('month', '2026-11-24').counts.get('scheduled')).toBe(1);
    expect(of('month', '2026-11-24').days.get('2026-12-01')?.items).toHaveLength(1);
    expect(of('week', '2026-12-02').counts.get('scheduled')).toBe(1);
  });
  it('keeps drafts without an hour apart, and filters by channel and category', () => {
    const data = days({
      entries: [
        entry({ post_id: 'd', at: null, status: 'draft', category: 'culture' }),
        entry({ category: 'travaux' }),
        entry({ post_id: 'x', channels: [{ channel_id: 'x', kind: 'x', status: 'scheduled' }] }),
      ],
    });
    const plan = new Planner(ZONE).plan(data, new Map(), { statuses: [], channel: 'fb' }, NOVEMBER);
    expect(plan.backlog.map((i) => i.entry.post_id)).toEqual(['d']);
    expect(plan.days.get('2026-11-24')?.items).toHaveLength(1);
    expect(plan.categories).toEqual(['culture', 'travaux']);
  });
  it('repeats holidays and events on each of their days', () => {
    const plan = new Planner(ZONE).plan(
      days({ holidays: [{ from: '2026-12-21', to: '2027-01-03', kind: 'school', name: 'Vacances d’hiver' }] }),
      new Map(),
      ALL,
      NOVEMBER,
    );
    expect(plan.days.get('2027-01-03')?.holidays[0]?.name).toBe('Vacances d’hiver');
    expect(plan.days.get('2027-01-04')).toBeUndefined();
  });
});

describe('a step of a series', () => {
  const series = { event_id: 'e', recurrence_id: null, title: 'Marché', step: 'd14', kind: 'announce' };
  it('says how long before', () => {
    expect(stepOf(series)).toEqual({ before: 14 });
    expect(stepOf({ ...series, step: 'day', kind: 'today' })).toEqual({ before: 0 });
    expect(stepOf({ ...series, step: 'thanks', kind: 'thanks' })).toEqual({ kind: 'thanks' });
    expect(stepOf({ ...series, event_id: null, recurrence_id: 'r', step: '2026-11-24' })).toBeNull();
  });
});

describe('a move', () => {
  const item = new Planner(ZONE).plan(days(), new Map(), ALL, NOVEMBER).days.get('2026-11-24')?.items[0];
  if (!item) throw new Error('no item');
  const to = (day: string, hour?: string) => judge(item, { day, hour }, ZONE, '2026-11-22', NOW);
  it('keeps the hour, also over a change of clocks', () => {
    expect(to('2026-11-27')).toEqual({ kind: 'move', at: '2026-11-27T11:15:00.000Z', wall: '2026-11-27T12:15' });
    expect(to('2027-04-02')).toMatchObject({ kind: 'move', at: '2027-04-02T10:15:00.000Z' });
  });
  it('takes the hour of a slot', () => {
    expect(to('2026-11-27', '08:00')).toMatchObject({ wall: '2026-11-27T08:00' });
  });
  it('refuses past days and asks about hours that are over, skipped or doubled', () => {
    expect(to('2026-11-21')).toEqual({ kind: 'past-day' });
    expect(to('2026-11-22', '06:30')).toMatchObject({ kind: 'ask', why: 'past-hour' });
    expect(to('2027-03-28', '02:30')).toMatchObject({ kind: 'ask', why: 'gap' });
    expect(to('2027-10-31', '02:30')).toMatchObject({ kind: 'ask', why: 'twice' });
    expect(to('2026-11-24')).toEqual({ kind: 'same' });
  });
  it('is not for what has left', () => {
    const gone = { ...item, entry: { ...item.entry, locked: 'published' as const } };
    expect(judge(gone, { day: '2026-11-27' }, ZONE, '2026-11-22', NOW)).toEqual({ kind: 'locked', why: 'published' });
  });
  it('to a doubled hour is to the one that was chosen', () => {
    expect(chosenInstant('2027-10-31T02:30', 'earlier', ZONE, NOW)).toEqual({ at: '2027-10-31T00:30:00.000Z' });
    expect(chosenInstant('2027-10-31T02:30', 'later', ZONE, NOW)).toEqual({ at: '2027-10-31T01:30:00.000Z' });
    expect(chosenInstant('2027-03-28T02:30', 'later', ZONE, NOW)).toBe('gap');
    expect(chosenInstant('2026-11-20T02:30', 'later', ZONE, NOW)).toBe('past');
  });
});
