import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { redrawable } from './pictureFile';

const fixture = new Uint8Array(readFileSync(path.join(import.meta.dirname, '../../e2e/fixtures/travaux.jpg')));
const bytes = (...parts: (string | number[] | Uint8Array)[]) =>
  Uint8Array.from(parts.flatMap((p) => (typeof p === 'string' ? [...p].map((c) => c.charCodeAt(0)) : [...p])));
const u32 = (n: number) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
const u32le = (n: number) => u32(n).reverse();

describe('a JPEG', () => {
  it('is drawn anew when it is whole', () => expect(redrawable(fixture)).toBe('jpeg'));
  it.each([0.02, 0.5, 0.999])('cut off after %d of it is left to the server, which refuses it', (part) => {
    expect(redrawable(fixture.slice(0, fixture.length * part))).toBeNull();
  });
  it('whose last mark is missing is cut off too', () => expect(redrawable(fixture.slice(0, -2))).toBeNull());
  it('may carry more behind its end, as moving photographs do', () => {
    expect(redrawable(bytes(fixture, [0, 0, 0, 24], 'ftypmp42'))).toBe('jpeg');
  });
  it('is not whole because the preview inside it is', () => {
    const preview = bytes([0xff, 0xd8, 0xff, 0xd9]);
    expect(redrawable(bytes([0xff, 0xd8, 0xff, 0xe1, 0, 6], preview, [0xff, 0xda, 0, 2, 1, 2, 3]))).toBeNull();
    expect(redrawable(bytes([0xff, 0xd8, 0xff, 0xe1, 0, 6], preview, [0xff, 0xda, 0, 2, 1, 2, 0xff, 0xd9]))).toBe(
      'jpeg',
    );
  });
});

describe('a PNG', () => {
  const chunk = (type: string, data: number[] = []) => bytes(u32(data.length), type, data, [0, 0, 0, 0]);
  const png = (colour: number, ...chunks: Uint8Array[]) =>
    bytes(
      [0x89],
      'PNG\r\n\x1a\n',
      chunk('IHDR', [...u32(9), ...u32(9), 8, colour, 0, 0, 0]),
      ...chunks,
      chunk('IDAT', [1, 2, 3]),
      chunk('IEND'),
    );
  it('without transparency is drawn anew', () => expect(redrawable(png(2))).toBe('png'));
  it('that may be transparent is left alone', () => {
    expect(redrawable(png(6))).toBeNull();
    expect(redrawable(png(4))).toBeNull();
    expect(redrawable(png(3, chunk('PLTE', [0, 0, 0]), chunk('tRNS', [0])))).toBeNull();
  });
  it('that moves is left alone', () => expect(redrawable(png(2, chunk('acTL', [0, 0, 0, 2])))).toBeNull());
  it('that is cut off is left alone', () => expect(redrawable(png(2).slice(0, -12))).toBeNull());
});

describe('a WebP', () => {
  const webp = (chunk: string, ...data: number[]) => {
    const body = bytes('WEBP', chunk, u32le(data.length), data, Array(30).fill(0));
    return bytes('RIFF', u32le(body.length), body);
  };
  it('that is one opaque picture is drawn anew', () => {
    expect(redrawable(webp('VP8 '))).toBe('webp');
    expect(redrawable(webp('VP8L', 0x2f, 0, 0, 0, 0))).toBe('webp');
    expect(redrawable(webp('VP8X', 0x08))).toBe('webp');
  });
  it('that is transparent or moves is left alone', () => {
    expect(redrawable(webp('VP8L', 0x2f, 0, 0, 0, 0x10))).toBeNull();
    expect(redrawable(webp('VP8X', 0x10))).toBeNull();
    expect(redrawable(webp('VP8X', 0x02))).toBeNull();
  });
  it('that is cut off is left alone', () => expect(redrawable(webp('VP8 ').slice(0, 40))).toBeNull());
});

it('an animation and what is no picture are left alone; a HEIC is tried', () => {
  expect(redrawable(bytes('GIF89a', Array(40).fill(0)))).toBeNull();
  expect(redrawable(bytes('%PDF-1.7'))).toBeNull();
  expect(redrawable(new Uint8Array())).toBeNull();
  expect(redrawable(bytes([0, 0, 0, 24], 'ftypheic', Array(20).fill(0)))).toBe('heic');
});
