import { describe, expect, it } from 'vitest';
import type { CrisisTemplate } from '../../api/types';
import { choose, emptyDraft, lackOf, nextUpdateAt, put, toBroadcast } from './draft';
import { blanksIn, fill, missing, placeOf } from './fill';

const blank = (key: string, required: boolean, suggestions: string[] = []) => ({
  key,
  label: key,
  example: '',
  suggestions,
  required,
});
const template: CrisisTemplate = {
  hazard: 'water',
  name: 'Eau non potable',
  icon: 'droplet',
  severity: 'severe',
  title: 'Eau non potable : {lieu}',
  message: 'Ne buvez pas l’eau. {consigne}. Jusqu’à {fin}. Infos : {contact}.',
  update: 'Toujours pas potable : {lieu}. Jusqu’à {fin}.',
  end: 'De nouveau potable : {lieu}.',
  correction: 'Fausse alerte : {lieu}.',
  blanks: [
    blank('lieu', true, ['toute la commune']),
    blank('consigne', false, ['Attendez']),
    blank('fin', false),
    blank('contact', false),
  ],
  own: false,
  reviewed_at: null,
  reviewed_by: null,
};
const start = () => choose(emptyDraft(0), template);

describe('filling a ready text in', () => {
  it('leaves a sentence out whose optional blank is empty, and never half of one', () => {
    expect(fill(template.message, { lieu: 'x' }, template.blanks)).toBe('Ne buvez pas l’eau.');
    expect(fill(template.message, { fin: '18 h', contact: '04 1' }, template.blanks)).toBe(
      'Ne buvez pas l’eau. Jusqu’à 18 h. Infos : 04 1.',
    );
  });
  it('keeps a required blank in sight', () => {
    expect(fill(template.title, {}, template.blanks)).toBe('Eau non potable : {lieu}');
    expect(missing(template, {}, template.title).map((b) => b.key)).toEqual(['lieu']);
  });
  it('keeps paragraphs, and what a person typed as it is', () => {
    expect(fill('A {a}.\n\nB.', { a: '<b>$&</b>' }, [blank('a', true)])).toBe('A <b>$&</b>.\n\nB.');
  });
  it('finds blanks', () => expect(blanksIn('{a} {b} {a}')).toEqual(['a', 'b']));
});

describe('a draft', () => {
  it('is ready at one tap where the place has a suggestion', () => {
    expect(start().title).toBe('Eau non potable : toute la commune');
    expect(lackOf(start(), template)).toBeNull();
    expect(start().values).toMatchObject({ consigne: '', fin: '' });
  });
  it('says what lacks: the hazard, a required blank, a blank left in words of one’s own', () => {
    expect(lackOf(emptyDraft(0), undefined)).toEqual({ kind: 'hazard' });
    expect(lackOf(put(start(), template, 'lieu', ' '), template)).toEqual({ kind: 'blank', label: 'lieu' });
    expect(lackOf({ ...start(), message: 'Voir {quoi}', edited: true }, template)).toEqual({
      kind: 'blank',
      label: 'quoi',
    });
    expect(lackOf(choose(emptyDraft(0), undefined), undefined)).toEqual({ kind: 'title' });
  });
  it('keeps what somebody wrote when a blank changes afterwards', () => {
    const written = { ...start(), title: 'Eau trouble : toute la commune', edited: true };
    expect(put(written, template, 'lieu', 'rue Haute').title).toBe('Eau trouble : rue Haute');
  });
  it('leaves with all channels unless some are left out', () => {
    const how = { exercise: false, alongside: false, channels: ['a', 'b'], now: 0 };
    expect(toBroadcast(start(), template, how).channels).toEqual([]);
    expect(toBroadcast({ ...start(), off: ['a'] }, template, how).channels).toEqual(['b']);
    expect(toBroadcast(start(), template, how)).toMatchObject({
      hazard: 'water',
      severity: 'severe',
      area: { description: '' },
      correction: 'Fausse alerte : toute la commune.',
    });
  });
});

it('the place is that of the blank, and empty for the whole commune', () => {
  expect(placeOf(template, { lieu: 'rue Haute' })).toBe('rue Haute');
  expect(placeOf(template, { lieu: 'toute la commune' })).toBe('');
});

it('the announced hour is one that people can say, and never too early', () => {
  expect(nextUpdateAt(null, 0)).toBeUndefined();
  expect(nextUpdateAt(30, Date.parse('2026-12-01T03:11:20Z'))).toBe('2026-12-01T03:45:00.000Z');
});
