import { describe, expect, it } from 'vitest';
import { countText } from './count';

describe('x_weighted', () => {
  it.each([
    ['Bonjour', 7],
    ['é', 1],
    ['e\u0301', 1],
    ['🎄', 2],
    ['👨‍👩‍👧‍👦', 2],
    ['🇧🇪', 2],
    ['日本', 4],
    ['12\u202f€', 2 + 2 + 2],
    ['…', 2],
    ['•', 2],
    ['’', 1],
    ['Infos : https://www.valmeuse.be/agenda/marche-de-noel-2026', 8 + 23],
    ['voir valmeuse.be/noel', 5 + 23],
  ])('%s counts %i', (text, count) => expect(countText(text, 'x_weighted')).toBe(count));
});

describe('code_points', () => {
  it.each([
    ['', 0],
    ['été', 3],
    ['🎄', 1],
    ['https://www.valmeuse.be', 23],
  ])('%s counts %i', (text, count) => expect(countText(text, 'code_points')).toBe(count));
});
