import { describe, expect, it } from 'vitest';
import { objectPosition, ratioName } from './focal';

describe('objectPosition', () => {
  it.each([
    ['keeps the middle', { x: 0.5, y: 0.5 }, 1, 2, '50% 50%'],
    ['follows the point', { x: 0.25, y: 0.5 }, 1, 2, '0% 50%'],
    ['stops at the edge', { x: 1, y: 0.5 }, 1, 2, '100% 50%'],
    ['works the other way round', { x: 0.5, y: 0.75 }, 2, 1, '50% 100%'],
    ['does nothing for the same shape', { x: 0.1, y: 0.9 }, 1.5, 1.5, '50% 50%'],
  ] as const)('%s', (_, focal, ratio, image, expected) => expect(objectPosition(focal, ratio, image)).toBe(expected));
});

it('ratioName writes a ratio as people do', () => {
  expect(ratioName(1600 / 900, 'fr')).toBe('16:9');
  expect(ratioName(1.91, 'fr')).toBe('1,91:1');
  expect(ratioName(0.56, 'fr')).toBe('9:16');
});
