import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(path.resolve(import.meta.dirname, '../../app.css'), 'utf8');

/** A token's colours: by day and by night. */
function token(name: string): [string, string] {
  const [, light = '', dark = ''] =
    new RegExp(`^  --${name}: light-dark\\((#\\w{6}), (#\\w{6})\\);`, 'm').exec(css) ?? [];
  if (!light || !dark) throw new Error(`no token --${name}`);
  return [light, dark];
}
const luminance = (hex: string) => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a: string, b: string) => {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
};

describe.each(['facebook', 'x', 'wordpress', 'site', 'other'])('the colour of %s', (network) => {
  const ink = token(`net-${network}`);
  const soft = token(`net-${network}-soft`);
  it.each([
    ['light', 0],
    ['dark', 1],
  ] as const)('can be read in the %s theme', (_, theme) => {
    // A mark on its own colour; a name in a list, whose row may be under the pointer; a title in ordinary ink.
    expect(contrast(ink[theme], soft[theme])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(ink[theme], token('surface')[theme])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(ink[theme], token('surface-2')[theme])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(token('ink')[theme], soft[theme])).toBeGreaterThanOrEqual(4.5);
    expect(contrast(token('ink-2')[theme], soft[theme])).toBeGreaterThanOrEqual(4.5);
  });
});
