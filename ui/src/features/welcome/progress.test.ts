import { afterEach, expect, it } from 'vitest';
import { nextStep, noteProgress, readProgress, STEPS, standings } from './progress';

afterEach(() => localStorage.clear());
const nothing = { commune: false, channels: false, slots: false, trial: false, alert: false };

it('goes on where it was left, in each commune for itself', () => {
  noteProgress('a', { commune: 'done', slots: 'skipped' });
  expect(readProgress('a')).toEqual({ commune: 'done', slots: 'skipped' });
  expect(readProgress('b')).toEqual({});
});

it('reads what somebody else wrote there with care', () => {
  for (const text of ['no', '[]', 'null', '{"commune":"maybe","later":"done"}']) {
    localStorage.setItem('crieur.welcome.a', text);
    expect(readProgress('a')).toEqual({});
  }
});

it('believes what it sees more than what was said', () => {
  const standing = standings({ ...nothing, trial: true }, { commune: 'done', trial: 'skipped', slots: 'skipped' });
  expect(standing).toEqual({ commune: 'done', channels: 'todo', slots: 'skipped', trial: 'done', alert: 'todo' });
  expect(nextStep(standing, STEPS)).toBe('channels');
  expect(nextStep(standing, ['trial'])).toBe(null);
});
