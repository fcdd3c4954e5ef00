import type { Point } from '../api/types';

/**
 * Where a crop of `ratio` falls in a picture of `imageRatio` (both width/height), as a CSS
 * object-position: as large as possible, centred on the focal point as far as the edges allow.
 * The server's crop follows the same rule and decides.
 */
export function objectPosition(focal: Point, ratio: number, imageRatio: number): string {
  const width = Math.min(1, ratio / imageRatio);
  const height = Math.min(1, imageRatio / ratio);
  const left = Math.min(Math.max(focal.x - width / 2, 0), 1 - width);
  const top = Math.min(Math.max(focal.y - height / 2, 0), 1 - height);
  const percent = (offset: number, size: number) => (size < 1 ? (offset / (1 - size)) * 100 : 50);
  return `${round(percent(left, width))}% ${round(percent(top, height))}%`;
}

const round = (n: number) => Math.round(n * 100) / 100;

const KNOWN: readonly (readonly [name: string, ratio: number])[] = [
  ['1:1', 1],
  ['4:5', 4 / 5],
  ['3:4', 3 / 4],
  ['4:3', 4 / 3],
  ['3:2', 3 / 2],
  ['2:3', 2 / 3],
  ['16:9', 16 / 9],
  ['9:16', 9 / 16],
];

/** A ratio as people write it. */
export function ratioName(ratio: number, locale: string): string {
  const known = KNOWN.find(([, value]) => Math.abs(value - ratio) / value < 0.01);
  if (known) return known[0];
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  return ratio >= 1 ? `${number.format(ratio)}:1` : `1:${number.format(1 / ratio)}`;
}
