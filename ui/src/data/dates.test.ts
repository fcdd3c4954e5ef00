import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { formatInstant } from './dates';

const show = (instant: string, style: Parameters<typeof formatInstant>[1] = 'short') =>
  formatInstant(instant, style, 'fr-BE', 'Europe/Brussels').replace(/\u202f|\u00a0/g, ' ');

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-11-21T19:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('formatInstant', () => {
  it('shows the clocks of the commune, whatever those of the computer', () => {
    expect(show('2026-11-24T11:15:00Z')).toMatch(/mar\. 24 nov\..*12:15/);
    expect(show('2026-07-24T10:15:00Z')).toMatch(/12:15/);
  });
  it('says the year when it is not this one', () => {
    expect(show('2026-11-24T11:15:00Z')).not.toMatch(/2026/);
    expect(show('2031-11-22T11:15:00Z')).toMatch(/2031/);
  });
});
