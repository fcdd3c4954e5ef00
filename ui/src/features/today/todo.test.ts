import { describe, expect, it } from 'vitest';
import type { CrisisState } from '../../api/types';
import { channel, kind, notice } from '../../test/samples';
import { type Facts, todoOf } from './todo';

const now = Date.parse('2026-11-22T09:00:00Z');
const crisis = (over: Partial<CrisisState> = {}): CrisisState => ({
  active: false,
  held: 0,
  broadcasts: [],
  may_raise: true,
  second_person: false,
  proof_needed: false,
  contacts: [],
  exercise_due: false,
  ...over,
});
const facts = (over: Partial<Facts> = {}): Facts => ({
  notices: [],
  review: [],
  crisis: crisis(),
  imports: { n: 0, more: false },
  channels: [],
  kinds: [kind()],
  now,
  ...over,
});
const what = (over: Partial<Facts>) => todoOf(facts(over)).map((t) => (t.is === 'notice' ? t.notice.kind : t.is));

describe('what waits for a person', () => {
  it('is nothing on a good day', () => {
    expect(what({ channels: [channel()] })).toEqual([]);
  });
  it('begins with what nobody knows, then with what failed', () => {
    expect(
      what({
        notices: [
          notice({ id: '1', kind: 'preflight' }),
          notice({ id: '2', kind: 'failed' }),
          notice({ id: '3', kind: 'unknown' }),
        ],
        imports: { n: 2, more: false },
      }),
    ).toEqual(['unknown', 'failed', 'preflight', 'imports']);
  });
  it('names each thing once, and nothing that is settled', () => {
    expect(
      what({
        notices: [notice(), notice(), notice({ id: 'n2', settled_at: '2026-11-22T08:00:00Z' })],
      }),
    ).toEqual(['failed']);
  });
  it('says of a channel that ends what the notice would say', () => {
    const weak = channel({ status: 'needs_reauth' });
    expect(what({ channels: [weak], notices: [notice({ kind: 'reauth', channel_id: weak.id })] })).toEqual(['channel']);
    expect(what({ channels: [channel({ credentials_expire_at: '2026-11-30T09:00:00Z' })] })).toEqual(['channel']);
  });
  it('reminds of an exercise those who may lead one', () => {
    expect(what({ crisis: crisis({ exercise_due: true }) })).toEqual(['exercise']);
    expect(what({ crisis: crisis({ exercise_due: true, may_raise: false }) })).toEqual([]);
  });
});
