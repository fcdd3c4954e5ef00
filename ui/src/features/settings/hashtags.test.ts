import { expect, it } from 'vitest';
import { readTags } from './hashtags';

it.each([
  ['#Valmeuse #Travaux', ['#Valmeuse', '#Travaux']],
  ['Valmeuse, Travaux; mobilité', ['#Valmeuse', '#Travaux', '#mobilité']],
  ['##Fête  #fête', ['#Fête']],
  ['#Saint-Nicolas', ['#SaintNicolas']],
  [' , # ', []],
])('reads %j', (typed, tags) => {
  expect(readTags(typed)).toEqual(tags);
});
