import { describe, expect, it } from 'vitest';
import type { Template } from '../../api/imports';
import { matching, shownTemplates } from './templateList';

const template = (id: string, over: Partial<Template> = {}): Template => ({
  id,
  builtin: false,
  circumstance: 'events',
  name: id,
  title: '',
  text: '',
  category: '',
  blanks: [],
  origin: '',
  updated_at: null,
  ...over,
});

describe('the list of templates', () => {
  const provided = template('builtin-fete', { builtin: true, name: 'Fête' });
  it('shows the own text instead of the one that it stands for', () => {
    const own = template('own', { name: 'Fête' });
    const elsewhere = template('other', { name: 'Fête', circumstance: 'light' });
    expect(shownTemplates([own, elsewhere, provided])).toEqual([
      { template: own, replaces: true },
      { template: elsewhere, replaces: false },
    ]);
    expect(shownTemplates([provided])).toEqual([{ template: provided, replaces: false }]);
  });
  it('finds every word, whatever accents and capitals', () => {
    const list = shownTemplates([template('a', { text: 'Collecte des déchets' }), provided]);
    expect(matching(list, 'DECHETS coll').map((s) => s.template.id)).toEqual(['a']);
    expect(matching(list, 'dechets fete')).toEqual([]);
    expect(matching(list, '', 'light')).toEqual([]);
  });
});
