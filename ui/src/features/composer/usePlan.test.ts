import { describe, expect, it } from 'vitest';
import type { CalendarEntry } from '../../api/calendar';
import { neighboursOf } from './usePlan';

const noon = Date.parse('2026-12-01T11:00:00Z');
const MINUTE = 60_000;
const entry = (id: string, minutes: number | null, changed: Partial<CalendarEntry> = {}): CalendarEntry => ({
  post_id: id,
  version: 1,
  title: id,
  text: id,
  status: 'scheduled',
  at: minutes === null ? null : new Date(noon + minutes * MINUTE).toISOString(),
  category: '',
  channels: [{ channel_id: 'page', kind: 'facebook', status: 'scheduled' }],
  image_id: null,
  locked: null,
  ...changed,
});
const ids = (entries: CalendarEntry[], self?: string) =>
  neighboursOf(entries, noon, ['page'], self).map((e) => e.post_id);

describe('what is planned within the hour', () => {
  it('is named by what is nearest, before or after', () => {
    expect(ids([entry('early', -40), entry('late', 15), entry('before', -20)])).toEqual(['late', 'before', 'early']);
  });
  it('is not what is an hour away, has no hour, stays a draft, goes elsewhere, or is the post itself', () => {
    expect(
      ids(
        [
          entry('an hour away', 60),
          entry('without an hour', null),
          entry('a draft', 5, { status: 'draft' }),
          entry('elsewhere', 5, { channels: [{ channel_id: 'site', kind: 'builtin_site', status: 'scheduled' }] }),
          entry('itself', 0),
        ],
        'itself',
      ),
    ).toEqual([]);
  });
});
