import { describe, expect, it } from 'vitest';
import { isMoving } from '../../api/posts';
import type { DeliveryStatus } from '../../api/types';
import { delivery, post } from '../../test/samples';
import { actsFor, canCancel, canChange, nameOfPost } from './deliveries';

describe('actsFor', () => {
  it.each<[DeliveryStatus, boolean, string[]]>([
    ['scheduled', false, []],
    ['sending', false, []],
    ['retrying', false, []],
    ['unknown', false, []],
    ['unknown', true, ['settle']],
    ['sent', false, []],
    ['failed', false, ['retry']],
    ['missed', false, ['sendLate']],
    ['cancelled', false, []],
  ])('%s, needs a person: %s → %j', (status, needs_person, acts) => {
    expect(actsFor(delivery({ status, needs_person }))).toEqual(acts);
  });
});

describe('what is out', () => {
  const able = { find: true, delete: true, update: true, renew: false, article: false };
  const out = { status: 'sent' as const, remote_id: '1_2' };
  it('is corrected and removed where its network can', () => {
    expect(actsFor(delivery(out), able)).toEqual(['correct', 'remove']);
    expect(actsFor(delivery(out), { ...able, update: false })).toEqual(['remove']);
    expect(actsFor(delivery(out))).toEqual([]);
  });
  it('is left alone once it was removed, or where its number is not known', () => {
    expect(actsFor(delivery({ ...out, removed_at: '2026-11-24T12:00:00Z' }), able)).toEqual([]);
    expect(actsFor(delivery({ ...out, remote_id: null }), able)).toEqual([]);
  });
  it('is not touched where an alert said it: its board leads it', () => {
    expect(actsFor(delivery(out), able, post({ broadcast_id: 'b1' }))).toEqual([]);
    expect(actsFor(delivery({ status: 'failed' }), able, post({ broadcast_id: 'b1' }))).toEqual(['retry']);
    const message = post({ broadcast_id: 'b1' });
    expect([canChange(message), canCancel(message)]).toEqual([false, false]);
    expect([canChange(post()), canCancel(post())]).toEqual([true, true]);
  });
});

describe('isMoving', () => {
  const NOW = Date.parse('2026-11-24T11:15:00Z');
  const moving = (over: Parameters<typeof delivery>[0]) => isMoving(post({ deliveries: [delivery(over)] }), NOW);
  it('is for what changes by itself', () => {
    expect(moving({ status: 'sending' })).toBe(true);
    expect(moving({ status: 'unknown' })).toBe(true);
    expect(moving({ status: 'unknown', needs_person: true })).toBe(false);
    expect(moving({ status: 'sent' })).toBe(false);
  });
  it('starts at the hour', () => {
    expect(moving({ status: 'scheduled', due_at: '2026-11-24T11:15:00Z' })).toBe(true);
    expect(moving({ status: 'scheduled', due_at: '2026-11-24T11:15:01Z' })).toBe(false);
  });
});

it('what has left can neither change nor be cancelled', () => {
  const sent = post({ status: 'published', deliveries: [delivery({ status: 'sent' })] });
  expect(canChange(sent)).toBe(false);
  expect(canCancel(sent)).toBe(false);
  const partly = post({
    status: 'publishing',
    deliveries: [delivery({ status: 'sent' }), delivery({ status: 'scheduled' })],
  });
  expect(canChange(partly)).toBe(false);
  expect(canCancel(partly)).toBe(true);
});

it('nameOfPost is the title, else the first line, never endless', () => {
  expect(nameOfPost({ title: ' Marché ', text: 'Bonjour' })).toBe('Marché');
  expect(nameOfPost({ title: '', text: '\nBonjour\nà tous' })).toBe('Bonjour');
  expect(nameOfPost({ title: '', text: '🎄'.repeat(200) })).toHaveLength(88 * 2 + 1);
});
