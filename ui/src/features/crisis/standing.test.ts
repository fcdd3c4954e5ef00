import { describe, expect, it } from 'vitest';
import { delivery } from '../../test/samples';
import { needsReconnect, placeOf, tally } from './standing';

const tick = { delivery_id: 'd1', by: 'Sophie', at: '2026-12-01T03:15:00Z', remote_url: '' };

describe('where a message stands', () => {
  it('counts what a person posted by hand as there', () => {
    const failed = delivery({ status: 'failed' });
    expect(placeOf(failed, undefined)).toBe('failed');
    expect(placeOf(failed, tick)).toBe('byHand');
    expect(tally([failed, delivery({ id: 'd2', status: 'sent' })], [tick])).toEqual({ there: 2, total: 2, bad: 0 });
  });
  it('asks for a person only when nobody else can say', () => {
    expect(placeOf(delivery({ status: 'unknown' }), undefined)).toBe('looking');
    expect(placeOf(delivery({ status: 'unknown', needs_person: true }), undefined)).toBe('ask');
    expect(tally([delivery({ status: 'unknown', needs_person: true })], []).bad).toBe(1);
  });
  it('knows which failures connecting again repairs', () => {
    const error = (kind: string) => delivery({ error: { kind, code: '', message: '', next_step: '' } });
    expect(needsReconnect(error('auth'))).toBe(true);
    expect(needsReconnect(error('temporary'))).toBe(false);
  });
});
