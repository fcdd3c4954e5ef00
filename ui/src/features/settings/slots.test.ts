import { expect, it } from 'vitest';
import { likeMonday, MOST_SLOTS, sameSlots, suggested, timesOn, withoutSlot, withSlot } from './slots';

const noon = { weekday: 1, at: '12:15' };

it('keeps slots in the order of the week', () => {
  const slots = withSlot(withSlot(withSlot([], { weekday: 5, at: '09:00' }), { weekday: 1, at: '17:00' }), noon);
  expect(slots.map((s) => `${s.weekday} ${s.at}`)).toEqual(['1 12:15', '1 17:00', '5 09:00']);
  expect(timesOn(slots, 1)).toEqual(['12:15', '17:00']);
});

it('has each slot once, and only hours', () => {
  expect(withSlot([noon], noon)).toEqual([noon]);
  for (const at of ['', '24:00', '9:00', '12:60']) expect(withSlot([noon], { weekday: 2, at })).toEqual([noon]);
});

it('goes no further than the server', () => {
  const full = Array.from({ length: MOST_SLOTS }, (_, i) => ({
    weekday: 1 + (i % 7),
    at: `${String(Math.floor(i / 7)).padStart(2, '0')}:00`,
  }));
  expect(withSlot(full, { weekday: 1, at: '23:59' })).toBe(full);
});

it('takes Monday’s hours over, and leaves the weekend', () => {
  const slots = [noon, { weekday: 3, at: '08:00' }, { weekday: 6, at: '10:00' }];
  const copied = likeMonday(slots);
  expect([1, 2, 3, 4, 5, 6, 7].map((d) => timesOn(copied, d).join())).toEqual([
    '12:15',
    '12:15',
    '12:15',
    '12:15',
    '12:15',
    '10:00',
    '',
  ]);
});

it('removes one, and knows what changed', () => {
  expect(withoutSlot([noon, { weekday: 2, at: '12:15' }], noon)).toEqual([{ weekday: 2, at: '12:15' }]);
  expect(sameSlots(suggested, suggested.toReversed())).toBe(true);
  expect(sameSlots(suggested, [])).toBe(false);
  // The server writes them in another order.
  expect(sameSlots([noon], [{ at: '12:15', weekday: 1 }])).toBe(true);
});
