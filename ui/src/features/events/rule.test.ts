import { describe, expect, it } from 'vitest';
import { fromRule, toRule, usualRule } from './rule';

describe('a rule', () => {
  it.each([
    'FREQ=WEEKLY;BYDAY=TU',
    'FREQ=WEEKLY;BYDAY=MO,FR;UNTIL=20271231',
    'FREQ=WEEKLY;INTERVAL=2;BYDAY=WE',
    'FREQ=MONTHLY;BYDAY=1TU',
    'FREQ=MONTHLY;BYDAY=-1SU;UNTIL=20271231',
    'FREQ=MONTHLY;BYMONTHDAY=15',
    'FREQ=YEARLY',
  ])('%s is said in words and written again', (rule) => {
    const form = fromRule(rule);
    expect(form && toRule(form)).toBe(rule);
  });
  it.each([
    'FREQ=DAILY',
    'FREQ=WEEKLY;INTERVAL=3;BYDAY=TU',
    'FREQ=MONTHLY;BYSETPOS=1;BYDAY=MO',
    'FREQ=WEEKLY;BYDAY=TU;COUNT=4',
  ])('%s is left as it is written', (rule) => {
    expect(fromRule(rule)).toBeNull();
  });
  it('keeps weekdays in the order of the week', () => {
    expect(toRule({ ...usualRule(), weekdays: ['SU', 'MO'] })).toBe('FREQ=WEEKLY;BYDAY=MO,SU');
  });
});
