import { describe, expect, it } from 'vitest';
import { channel, kind, preview } from '../../test/samples';
import { blocksDraft, localFindings, mergeFindings, placeOf, previewFindings, refusalFindings } from './findings';
import { change, type Draft, emptyDraft } from './state';

const ZONE = 'Europe/Brussels';
const KINDS = [kind()];
const NOW = Date.parse('2026-11-21T19:00:00Z');
const FB = channel();
const X = channel({ id: 'x', kind: 'x' });

const written = (): Draft =>
  change(emptyDraft([FB, X], KINDS, ZONE), { type: 'write', scope: 'common', field: 'text', value: 'Bonjour' });
const pictured = (): Draft =>
  change(change(written(), { type: 'add', images: [{ key: 'a', name: 'a.jpg', src: 'blob:a' }] }), {
    type: 'upload',
    key: 'a',
    upload: { state: 'stored', mediaId: 'm' },
  });
const codes = (draft: Draft, chosen = [FB]) =>
  localFindings(draft, chosen, ZONE, NOW).map((f) => ('local' in f.say ? f.say.local : ''));

describe('placeOf', () => {
  it.each([
    ['text', 'text'],
    ['title', 'title'],
    ['link', 'link'],
    ['overrides.x.text', 'text'],
    ['overrides[x].title', 'title'],
    ['channels[0]', 'channels'],
    ['publish.at', 'when'],
    ['category', 'other'],
    ['images[9].alt', 'other'],
  ])('%s is at %s', (field, place) => expect(placeOf(field, ['a', 'b'])).toBe(place));
  it('finds the picture by the order in which they were sent', () => {
    expect(placeOf('images[1].alt', ['a', 'b'])).toEqual({ image: 'b' });
    expect(placeOf('images[0]', ['a', 'b'])).toEqual({ image: 'a' });
  });
});

describe('localFindings', () => {
  it('has nothing against a text for a channel', () => expect(codes(written())).toEqual([]));
  it('asks for a channel and something to say', () => {
    expect(codes(emptyDraft([FB], KINDS, ZONE), [])).toEqual(['no_channel', 'nothing']);
  });
  it('asks for a description, unless the picture is decorative', () => {
    expect(codes(pictured())).toEqual(['alt_missing']);
    expect(codes(change(pictured(), { type: 'decorate', key: 'a', decorative: true }))).toEqual([]);
    expect(codes(change(pictured(), { type: 'describe', key: 'a', alt: '  ' }))).toEqual(['alt_missing']);
  });
  it('refuses an hour that has passed or that no clock shows', () => {
    const at = (wall: string) => codes(change(written(), { type: 'when', when: { mode: 'at', wall } }));
    expect(at('2026-11-21T19:59')).toEqual(['hour_past']);
    expect(at('2026-11-21T20:01')).toEqual([]);
    expect(at('2027-03-28T02:30')).toEqual(['hour_skipped']);
  });
  it('lets a draft lack a description, but not a picture on its way', () => {
    const kinds = (draft: Draft) => localFindings(draft, [], ZONE, NOW).filter(blocksDraft);
    expect(kinds(pictured())).toEqual([]);
    const sending = change(pictured(), { type: 'upload', key: 'a', upload: { state: 'sending', fraction: 0.5 } });
    expect(kinds(sending)).toHaveLength(1);
  });
});

const issue = { severity: 'error' as const, code: 'alt_missing', field: 'images[0].alt', message: 'Décrivez l’image.' };

describe('server findings', () => {
  it('say a sentence once for all the channels that it is about', () => {
    const found = previewFindings([preview({ issues: [issue] }), preview({ channel_id: 'x', issues: [issue] })], ['a']);
    expect(found).toEqual([
      { severity: 'error', place: { image: 'a' }, channels: ['fb', 'x'], say: { message: 'Décrivez l’image.' } },
    ]);
  });
  it('are left out where the page says the same already', () => {
    const local = localFindings(pictured(), [FB], ZONE, NOW);
    const merged = mergeFindings(local, previewFindings([preview({ issues: [issue] })], ['a']));
    expect(merged).toEqual(local);
  });
  it('put errors before warnings and do not repeat a refusal', () => {
    const warning = { ...issue, severity: 'warning' as const, field: 'text', message: 'Beaucoup de mots-dièse.' };
    const error = { ...issue, field: 'text', message: 'Trop long.' };
    const merged = mergeFindings(
      [],
      [
        ...previewFindings([preview({ issues: [warning, error] })], []),
        ...refusalFindings([{ field: 'text', code: 'text_too_long', message: 'Trop long.' }], []),
      ],
    );
    expect(merged.map((f) => 'message' in f.say && f.say.message)).toEqual(['Trop long.', 'Beaucoup de mots-dièse.']);
  });
  it('of a refusal name the channel of an own text', () => {
    const [found] = refusalFindings([{ field: 'overrides.x.text', code: 'text_too_long', message: 'Trop long.' }], []);
    expect(found).toMatchObject({ place: 'text', channels: ['x'] });
  });
});
