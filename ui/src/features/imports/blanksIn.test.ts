import { expect, it } from 'vitest';
import { blanksIn } from './blanksIn';

it('finds the blanks of a text in their order, and keeps what is known of them', () => {
  const known = [{ name: 'date', label: 'Quand', example: 'samedi', optional: true }];
  expect(blanksIn(known, '{nom} le {date}', 'À {heure_de_début}, {nom}. {1} { x } {date}')).toEqual([
    { name: 'nom', label: 'Nom', optional: false },
    known[0],
    { name: 'heure_de_début', label: 'Heure de début', optional: false },
  ]);
});
