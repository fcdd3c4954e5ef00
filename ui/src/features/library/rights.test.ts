import { describe, expect, it } from 'vitest';
import { flagsOf } from './rights';
import { sendingReducer } from './sending';

describe('what stands in the way of a picture', () => {
  const good = { alt: 'La place', consent: 'not_needed' as const, expires_on: null };
  it('is nothing where everything is said', () => {
    expect(flagsOf(good, '2026-11-22')).toEqual([]);
  });
  it('is the last day only once it is over', () => {
    expect(flagsOf({ ...good, expires_on: '2026-11-22' }, '2026-11-22')).toEqual([]);
    expect(flagsOf({ ...good, expires_on: '2026-11-21' }, '2026-11-22')).toEqual(['expired']);
  });
  it('names a refusal before what is only missing', () => {
    expect(flagsOf({ ...good, consent: 'refused', alt: ' ' }, '2026-11-22')).toEqual(['refused', 'alt']);
    expect(flagsOf({ ...good, consent: 'unknown' }, '2026-11-22')).toEqual(['consent']);
  });
});

describe('pictures on their way', () => {
  it('come, move on and go', () => {
    const added = sendingReducer([], { type: 'add', images: [{ key: 'k', name: 'a.jpg', src: 'blob:1' }] });
    expect(added[0]?.upload).toEqual({ state: 'sending', fraction: 0 });
    const sent = sendingReducer(added, { type: 'upload', key: 'k', upload: { state: 'stored', mediaId: 'm' } });
    expect(sent[0]?.upload).toEqual({ state: 'stored', mediaId: 'm' });
    expect(sendingReducer(sent, { type: 'remove', key: 'k' })).toEqual([]);
  });
});
