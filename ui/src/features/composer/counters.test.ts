import { describe, expect, it } from 'vitest';
import { channel, kind, preview, X as X_KIND } from '../../test/samples';
import { counters } from './counters';
import { change, emptyDraft } from './state';

const X = channel({ id: 'x', kind: 'x' });
const KINDS = [kind(), X_KIND];
const draft = (text: string) =>
  change(emptyDraft([X], KINDS, 'Europe/Brussels'), { type: 'write', scope: 'common', field: 'text', value: text });
const own = (text: string) =>
  change(change(draft('Bonjour'), { type: 'adapt', channel: 'x', titled: false }), {
    type: 'write',
    scope: { channel: 'x' },
    field: 'text',
    value: text,
  });

describe('while the server has not answered', () => {
  it('counts as the network counts', () => {
    expect(counters(draft('Voir https://www.valmeuse.be/noel'), [X], KINDS, [])).toMatchObject([
      { length: 28, limit: 280, state: 'fits' },
    ]);
  });
  it('warns in the last tenth', () => {
    expect(counters(draft('a'.repeat(252)), [X], KINDS, [])[0]?.state).toBe('fits');
    expect(counters(draft('a'.repeat(253)), [X], KINDS, [])[0]?.state).toBe('close');
    expect(counters(draft('a'.repeat(280)), [X], KINDS, [])[0]?.state).toBe('close');
  });
  it('foresees that a common text is shortened and that an own text is too long', () => {
    expect(counters(draft('a'.repeat(281)), [X], KINDS, [])[0]?.state).toBe('shortened');
    expect(counters(own('a'.repeat(281)), [X], KINDS, [])[0]?.state).toBe('over');
  });
});

it('the server’s count decides', () => {
  const answer = [preview({ channel_id: 'x', kind: 'x', length: 279, limit: 280, shortened: true })];
  expect(counters(draft('Bonjour'), [X], KINDS, answer)).toMatchObject([
    { length: 279, limit: 280, state: 'shortened' },
  ]);
  const other = [preview({ channel_id: 'x', kind: 'x', length: 12, limit: 4000 })];
  expect(counters(draft('a'.repeat(300)), [X], KINDS, other)).toMatchObject([
    { length: 12, limit: 4000, state: 'fits' },
  ]);
});

it('a limit that nobody reaches has no counter', () => {
  expect(counters(draft('Bonjour'), [channel()], KINDS, [])).toEqual([]);
});
