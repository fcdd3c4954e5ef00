import { describe, expect, it } from 'vitest';
import { post } from '../../test/samples';
import { addDays, dayOf, startOf, weekOf } from './days';
import { byDay, lastSent, nextAfter } from './plan';

const ZONE = 'Europe/Brussels';

describe('the days of the commune', () => {
  it('begin at its own midnight, in winter and in summer', () => {
    expect(startOf('2026-11-22', ZONE)).toBe('2026-11-21T23:00:00.000Z');
    expect(startOf('2026-07-01', ZONE)).toBe('2026-06-30T22:00:00.000Z');
    expect(dayOf('2026-11-21T23:30:00Z', ZONE)).toBe('2026-11-22');
  });
  it('make weeks from Monday, over the end of a year and the change of the clocks', () => {
    expect(weekOf('2026-11-22')[0]).toBe('2026-11-16');
    expect(weekOf('2027-01-01')).toEqual([
      '2026-12-28',
      '2026-12-29',
      '2026-12-30',
      '2026-12-31',
      '2027-01-01',
      '2027-01-02',
      '2027-01-03',
    ]);
    expect(addDays('2026-10-24', 2)).toBe('2026-10-26');
  });
});

describe('the plan around a day', () => {
  const at = (id: string, due_at: string, over = {}) =>
    post({ id, publish: { mode: 'at', at: null, zone: ZONE, due_at }, ...over });
  const posts = [
    at('late', '2026-11-22T22:30:00Z'),
    at('early', '2026-11-22T07:00:00Z'),
    at('tomorrow', '2026-11-22T23:30:00Z'),
    at('given up', '2026-11-22T08:00:00Z', { status: 'cancelled' }),
  ];
  it('orders each day by its hours', () => {
    expect(
      byDay(posts, ZONE)
        .get('2026-11-22')
        ?.map((p) => p.id),
    ).toEqual(['early', 'late']);
    expect(nextAfter(posts, '2026-11-22', ZONE, 5).map((p) => p.id)).toEqual(['tomorrow']);
  });
  it('shows as left only what a network took', () => {
    expect(lastSent(posts, 5)).toEqual([]);
  });
});
