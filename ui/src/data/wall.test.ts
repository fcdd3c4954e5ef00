import { describe, expect, it } from 'vitest';
import { isPast, proposeWall, resolveWall, wallForApi, wallOf } from './wall';

const BRUSSELS = 'Europe/Brussels';

describe('resolveWall', () => {
  it('gives the instant of an ordinary hour', () => {
    expect(resolveWall('2026-12-01T09:00', BRUSSELS)).toEqual({ kind: 'once', instant: '2026-12-01T08:00:00.000Z' });
  });
  it('takes a year that is only half typed', () => {
    const half = resolveWall('0002-11-21T09:00', BRUSSELS);
    expect(half.kind === 'once' && Number.isFinite(Date.parse(half.instant))).toBe(true);
  });
  it('knows that spring skips an hour', () => {
    expect(resolveWall('2027-03-28T02:30', BRUSSELS)).toEqual({ kind: 'gap' });
    expect(resolveWall('2027-03-28T01:59', BRUSSELS).kind).toBe('once');
    expect(resolveWall('2027-03-28T03:00', BRUSSELS).kind).toBe('once');
  });
  it('knows that autumn has an hour twice', () => {
    expect(resolveWall('2026-10-25T02:30', BRUSSELS)).toEqual({
      kind: 'twice',
      earlier: '2026-10-25T00:30:00.000Z',
      later: '2026-10-25T01:30:00.000Z',
    });
  });
});

describe('wallForApi', () => {
  it('sends the wall time, and an instant only where there are two', () => {
    expect(wallForApi('2026-12-01T09:00', BRUSSELS, 'later')).toBe('2026-12-01T09:00');
    expect(wallForApi('2026-10-25T02:30', BRUSSELS, 'later')).toBe('2026-10-25T01:30:00.000Z');
  });
  it('leaves a skipped hour for the server to explain', () => {
    expect(wallForApi('2027-03-28T02:30', BRUSSELS, 'earlier')).toBe('2027-03-28T02:30');
  });
});

it('isPast compares instants, not texts', () => {
  const at = Date.parse('2026-10-25T00:45:00Z');
  expect(isPast('2026-10-25T02:30', BRUSSELS, 'earlier', at)).toBe(true);
  expect(isPast('2026-10-25T02:30', BRUSSELS, 'later', at)).toBe(false);
});

it('wallOf shows an instant in the zone of the commune', () => {
  expect(wallOf('2026-11-24T11:15:00Z', BRUSSELS)).toBe('2026-11-24T12:15');
});

it('proposeWall proposes a quarter of an hour in the future', () => {
  const wall = proposeWall(BRUSSELS);
  expect(Number(wall.slice(14, 16)) % 15).toBe(0);
  expect(isPast(wall, BRUSSELS, 'earlier', Date.now())).toBe(false);
});
