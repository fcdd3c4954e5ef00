import { expect, it } from 'vitest';
import { parsePoint } from './point';

it.each([
  ['50.46, 4.86', { latitude: 50.46, longitude: 4.86 }],
  ['  -50.4601 4 ', { latitude: -50.4601, longitude: 4 }],
  ['geo:50.46,4.86', { latitude: 50.46, longitude: 4.86 }],
  [
    'https://www.openstreetmap.org/?mlat=50.4674&mlon=4.8720#map=17/50.4674/4.8720',
    { latitude: 50.4674, longitude: 4.872 },
  ],
  ['https://www.openstreetmap.org/#map=17/50.4674/4.8720', { latitude: 50.4674, longitude: 4.872 }],
  ['Place du Marché', null],
  ['150.2, 4.86', null],
])('%s', (written, point) => {
  expect(parsePoint(written)).toEqual(point);
});
