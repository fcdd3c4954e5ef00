/** Kinds of pictures that may be drawn anew, smaller: a single, opaque, complete picture. */
export type Redrawable = 'jpeg' | 'png' | 'webp' | 'heic';

const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'mif1'];

const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const ascii = (bytes: Uint8Array, at: number, length: number) =>
  String.fromCharCode(...bytes.subarray(at, at + length));

/**
 * What a file is, by its bytes and not by its name. Null: it is to be left as it is, because a drawing of it would
 * lose something, be it transparency or movement, or because it is cut off: a browser draws the missing part in grey,
 * and the server could no longer refuse it.
 */
export function redrawable(bytes: Uint8Array): Redrawable | null {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return wholeJpeg(bytes) ? 'jpeg' : null;
  if (ascii(bytes, 0, 8) === '\x89PNG\r\n\x1a\n') return plainPng(bytes) ? 'png' : null;
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') return plainWebp(bytes) ? 'webp' : null;
  if (ascii(bytes, 4, 4) === 'ftyp' && HEIC_BRANDS.includes(ascii(bytes, 8, 4))) return 'heic';
  return null;
}

/** Walks the segments, so that the preview that a camera embeds is not taken for the picture, to the end of the scans. */
function wholeJpeg(bytes: Uint8Array): boolean {
  for (let at = 2; at >= 0 && at + 1 < bytes.length; ) {
    const marker = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xff) at = bytes.indexOf(0xff, at);
    else if (marker === 0xff) at += 1;
    else if (marker === END_OF_IMAGE) return true;
    else if (isBare(marker)) at += 2;
    else if (at + 4 > bytes.length) return false;
    else at += 2 + view(bytes).getUint16(at + 2);
  }
  return false;
}

const END_OF_IMAGE = 0xd9;
/** Within the compressed pixels, or without a length of its own. */
const isBare = (marker: number) => marker <= 1 || (marker >= 0xd0 && marker <= 0xd8);

/** Opaque, of one frame, and there to its end. */
function plainPng(bytes: Uint8Array): boolean {
  const colour = bytes[25];
  if (colour === 4 || colour === 6) return false;
  const data = view(bytes);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const type = ascii(bytes, at + 4, 4);
    if (type === 'tRNS' || type === 'acTL') return false;
    if (type === 'IEND') return true;
    at += 12 + data.getUint32(at);
  }
  return false;
}

function plainWebp(bytes: Uint8Array): boolean {
  if (bytes.length < 30 || view(bytes).getUint32(4, true) + 8 > bytes.length) return false;
  const ALPHA = 0x10;
  const ANIMATION = 0x02;
  switch (ascii(bytes, 12, 4)) {
    case 'VP8 ':
      return true;
    case 'VP8L':
      return ((bytes[24] ?? 0) & ALPHA) === 0;
    case 'VP8X':
      return ((bytes[20] ?? 0) & (ALPHA | ANIMATION)) === 0;
    default:
      return false;
  }
}
