import { describe, expect, it } from 'vitest';
import { channel, kind, post, SITE } from '../../test/samples';
import {
  type Change,
  change,
  type Draft,
  defaultChannels,
  draftOf,
  emptyDraft,
  newPost,
  previewRequest,
} from './state';

const FIELD = { name: 'token', label: 'Jeton', required: true, secret: true };
const ZONE = 'Europe/Brussels';
const KINDS = [kind({ credentials: [FIELD] }), SITE];
const CHANNELS = [channel(), channel({ id: 'x', kind: 'x' }), channel({ id: 'old', status: 'needs_reauth' })];

const after = (...changes: Change[]): Draft => changes.reduce(change, emptyDraft(CHANNELS, KINDS, ZONE));
const added = (...keys: string[]): Change => ({
  type: 'add',
  images: keys.map((key) => ({ key, name: key, src: `blob:${key}` })),
});
const stored = (key: string): Change => ({
  type: 'upload',
  key,
  upload: { state: 'stored', mediaId: `m-${key}` },
  src: `/m/${key}`,
});

describe('the channels chosen at first', () => {
  it('are those that work', () => expect(emptyDraft(CHANNELS, KINDS, ZONE).channels).toEqual(['fb', 'x']));
  const practice = channel({ id: 'p', practice: true });
  const site = channel({ id: 'site', kind: 'site' });
  it('leave practice out where there is a real account', () => {
    expect(defaultChannels([practice, channel(), site], KINDS)).toEqual(['fb', 'site']);
  });
  it('are practice alone where there is no real account yet: the commune’s own pages are public', () => {
    expect(defaultChannels([practice, site], KINDS)).toEqual(['p']);
  });
  it('are the own pages where there is nothing else', () => {
    expect(defaultChannels([site], KINDS)).toEqual(['site']);
  });
});

describe('texts', () => {
  it('are written once for all', () => {
    const draft = after({ type: 'write', scope: 'common', field: 'text', value: 'Bonjour' });
    expect(previewRequest(draft, CHANNELS)).toMatchObject({ text: 'Bonjour', overrides: {} });
  });
  it('of a channel start as the common one and then go their own way', () => {
    const draft = after(
      { type: 'write', scope: 'common', field: 'text', value: 'Bonjour' },
      { type: 'adapt', channel: 'x', titled: false },
      { type: 'write', scope: 'common', field: 'text', value: 'Bonjour à tous' },
      { type: 'write', scope: { channel: 'x' }, field: 'text', value: 'Salut' },
    );
    expect(draft.text).toBe('Bonjour à tous');
    expect(draft.overrides).toEqual({ x: { text: 'Salut' } });
  });
  it('take the title along where the network has one', () => {
    const draft = after(
      { type: 'write', scope: 'common', field: 'title', value: 'Marché' },
      { type: 'adapt', channel: 'fb', titled: true },
    );
    expect(draft.overrides).toEqual({ fb: { title: 'Marché', text: '' } });
  });
  it('follow the common one again', () => {
    const draft = after({ type: 'adapt', channel: 'x', titled: false }, { type: 'follow', channel: 'x' });
    expect(draft.overrides).toEqual({});
  });
  it('of a channel that is not chosen are kept and not sent', () => {
    const draft = after(
      { type: 'adapt', channel: 'x', titled: false },
      { type: 'toggle', channel: 'x', chosen: false },
    );
    expect(previewRequest(draft, CHANNELS)).toMatchObject({ channels: ['fb'], overrides: {} });
    const again = change(draft, { type: 'toggle', channel: 'x', chosen: true });
    expect(Object.keys(previewRequest(again, CHANNELS).overrides ?? {})).toEqual(['x']);
  });
});

describe('pictures', () => {
  it('are sent in their order, once the server has them', () => {
    const draft = after(
      added('a', 'b', 'c'),
      stored('c'),
      stored('a'),
      { type: 'move', key: 'c', by: -1 },
      { type: 'move', key: 'c', by: -1 },
    );
    expect(draft.images.map((i) => i.key)).toEqual(['c', 'a', 'b']);
    expect(previewRequest(draft, CHANNELS).images?.map((i) => i.media_id)).toEqual(['m-c', 'm-a']);
  });
  it('do not move out of the list', () => {
    const draft = after(added('a', 'b'), { type: 'move', key: 'a', by: -1 }, { type: 'move', key: 'b', by: 1 });
    expect(draft.images.map((i) => i.key)).toEqual(['a', 'b']);
  });
  it('keep their description while they are decorative, and do not send it', () => {
    const draft = after(
      added('a'),
      stored('a'),
      { type: 'describe', key: 'a', alt: 'Un sapin' },
      { type: 'decorate', key: 'a', decorative: true },
    );
    expect(draft.images[0]?.alt).toBe('Un sapin');
    expect(previewRequest(draft, CHANNELS).images?.[0]).toMatchObject({ alt: '', decorative: true });
  });
});

describe('words that are put in', () => {
  it('go to the caret, in place of what is selected', () => {
    const draft = after({ type: 'write', scope: 'common', field: 'text', value: 'Un vieux marché' });
    expect(change(draft, { type: 'insert', scope: 'common', at: 3, until: 8, words: 'grand' }).text).toBe(
      'Un grand marché',
    );
  });
  it('come after a text, or in its place', () => {
    const draft = after({ type: 'write', scope: 'common', field: 'text', value: 'Un début' });
    const template = { type: 'say', title: 'Titre', text: 'Le modèle' } as const;
    expect(change(draft, { ...template, after: true })).toMatchObject({
      title: 'Titre',
      text: 'Un début\n\nLe modèle',
    });
    expect(change(draft, { ...template, after: false }).text).toBe('Le modèle');
  });
});

describe('newPost', () => {
  it('publishes now', () => expect(newPost(after(), CHANNELS, ZONE, 'publish').publish).toEqual({ mode: 'now' }));
  it('sends the hour as the clocks show it, with its zone', () => {
    const draft = after({ type: 'when', when: { mode: 'at', wall: '2026-12-01T09:00' } });
    expect(newPost(draft, CHANNELS, ZONE, 'publish').publish).toEqual({
      mode: 'at',
      at: '2026-12-01T09:00',
      zone: ZONE,
    });
  });
  it('says which of two equal hours is meant', () => {
    const draft = after({ type: 'when', when: { mode: 'at', wall: '2026-10-25T02:30', fold: 'later' } });
    expect(newPost(draft, CHANNELS, ZONE, 'publish').publish?.at).toBe('2026-10-25T01:30:00.000Z');
  });
  it('keeps a draft a draft, with the hour that is meant', () => {
    const draft = after({ type: 'when', when: { mode: 'slot', wall: '2026-12-01T12:15' } });
    expect(newPost(draft, CHANNELS, ZONE, 'draft').publish).toEqual({
      mode: 'draft',
      at: '2026-12-01T12:15',
      zone: ZONE,
    });
    expect(newPost(after(), CHANNELS, ZONE, 'draft').publish).toEqual({ mode: 'draft' });
  });
  it('drops an hour that no clock shows from a draft', () => {
    const draft = after({ type: 'when', when: { mode: 'at', wall: '2027-03-28T02:30' } });
    expect(newPost(draft, CHANNELS, ZONE, 'draft').publish).toEqual({ mode: 'draft' });
  });
  it('does not send a channel that is gone', () => {
    expect(newPost({ ...after(), channels: ['fb', 'deleted'] }, CHANNELS, ZONE, 'publish').channels).toEqual(['fb']);
  });
});

it('a saved post comes back as it was written', () => {
  const saved = post({
    title: 'Marché',
    overrides: { fb: { text: 'Salut' } },
    images: [{ media_id: 'm1', url: '/m/1', alt: 'Un sapin', decorative: false, focal: null }],
  });
  const draft = draftOf(saved, ZONE);
  expect(draft.when).toMatchObject({ mode: 'at', wall: '2026-11-24T12:15' });
  expect(newPost(draft, CHANNELS, ZONE, 'publish')).toMatchObject({
    title: 'Marché',
    text: 'Marché de Noël',
    channels: ['fb'],
    overrides: { fb: { text: 'Salut' } },
    images: [{ media_id: 'm1', alt: 'Un sapin', focal: { x: 0.5, y: 0.5 } }],
  });
});
