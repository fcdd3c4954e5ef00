import { expect, it } from 'vitest';
import { actionFor } from './actionFor';

it('is that of the first rule that matches, whatever accents and capitals', () => {
  const rules = [
    { category: 'Enquête publique', action: 'draft' as const },
    { category: 'travaux', action: 'schedule' as const },
    { category: '', action: 'ignore' as const },
  ];
  expect(actionFor(rules, ['Travaux', 'ENQUETE  publique'])).toBe('draft');
  expect(actionFor(rules, ['TRAVAUX'])).toBe('schedule');
  expect(actionFor(rules, [])).toBe('ignore');
  expect(actionFor(rules.slice(0, 2), ['Sport'])).toBe('proposal');
});
