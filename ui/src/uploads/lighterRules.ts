import type { Redrawable } from './pictureFile';

/** Files up to this many bytes are sent as they are. */
export const LIGHT = 2_000_000;
/** A drawing heavier than this is made once more, smaller. */
export const HEAVY = 3_000_000;
/**
 * The longest side of what is sent, in pixels, largest first. No network is given more than 2,048: the rest is room for
 * cropping, and for what the commune may want later.
 */
export const SIDES = [4096, 3072] as const;
export const QUALITY = 0.9;

/** A picture of this size, no longer than `side`; never enlarged. */
export function within(width: number, height: number, side: number): { width: number; height: number } {
  const scale = Math.min(1, side / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * Whether the drawing is worth its loss. A photograph kept as PNG becomes many times smaller as JPEG; a poster of flat
 * colours and letters does not, and stays exact.
 */
export const worthwhile = (kind: Redrawable, before: number, after: number): boolean =>
  after <= before * (kind === 'png' ? 0.25 : 0.8);
