import { expect, it } from 'vitest';
import { channel } from '../../test/samples';
import { needsRenewal, standingOf } from './standing';

const NOW = Date.parse('2026-11-22T08:00:00Z');
const breaker = { opened_at: '2026-11-22T07:00:00Z', next_probe_at: '2026-11-22T08:10:00Z' };

it.each([
  ['works', channel(), { is: 'working' }],
  ['was cut', channel({ status: 'disconnected' }), { is: 'cut' }],
  ['was refused', channel({ status: 'needs_reauth', credentials_expire_at: '2026-11-30T00:00:00Z' }), { is: 'renew' }],
  ['ends in a week', channel({ credentials_expire_at: '2026-11-29T12:00:00Z' }), { is: 'expires', days: 8 }],
  ['ended', channel({ credentials_expire_at: '2026-11-22T07:59:59Z' }), { is: 'expired' }],
  ['ends next year', channel({ credentials_expire_at: '2027-11-29T12:00:00Z' }), { is: 'working' }],
  [
    'meets faults',
    channel({ health: { breaker, budgets: [] } }),
    { is: 'waiting', since: breaker.opened_at, until: breaker.next_probe_at },
  ],
])('says of an account that %s', (_, account, standing) => {
  expect(standingOf(account, false, NOW)).toEqual(standing);
});

it('does not bother people with what is renewed without them', () => {
  const account = channel({ credentials_expire_at: '2026-11-23T12:00:00Z' });
  expect(standingOf(account, true, NOW)).toEqual({ is: 'working' });
});

it('asks for a person only where a person is needed', () => {
  expect(needsRenewal({ is: 'expires', days: 3 })).toBe(true);
  expect(needsRenewal({ is: 'working' })).toBe(false);
});
