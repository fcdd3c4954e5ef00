import { expect, it } from 'vitest';
import { spanOf } from './span';

it.each([
  [7_500, '2 heures 5 minutes'],
  [-7_500, '2 heures 5 minutes'],
  [3_600, '1 heure'],
  [3_601, '1 heure'],
  [95, '1 minute 35 secondes'],
  [90_061, '1 jour 1 heure'],
  [0, '0 seconde'],
])('%d seconds are %s', (seconds, words) => {
  expect(spanOf(seconds, 'fr-BE').replaceAll(/\s/gu, ' ')).toBe(words);
});
