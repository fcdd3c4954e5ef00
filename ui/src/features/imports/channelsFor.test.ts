import { describe, expect, it } from 'vitest';
import type { Channel } from '../../api/types';
import { channelsFor } from './channelsFor';

const channel = (id: string, over: Partial<Channel> = {}) =>
  ({ id, kind: 'wordpress', status: 'connected', practice: false, settings: {}, ...over }) as Channel;

describe('the channels of what a source brings', () => {
  it('are not the site itself, unless it is simulated', () => {
    const source = { url: 'https://www.valmeuse.be/feed', public_url: '' };
    const all = [
      channel('site', { settings: { site_url: 'https://valmeuse.be' } }),
      channel('simulated', { practice: true, settings: { site_url: 'https://valmeuse.be' } }),
      channel('other', { settings: { site_url: 'https://biblio.valmeuse.be' } }),
      channel('cut', { status: 'disconnected' }),
    ];
    expect(channelsFor(all, [], source).map((c) => c.id)).toEqual(['simulated', 'other']);
    expect(channelsFor(all, [], undefined).map((c) => c.id)).toEqual(['site', 'simulated', 'other']);
  });
});
