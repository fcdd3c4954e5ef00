// How much of a network's limit a text takes, at once while it is typed. An estimate: the server's
// count, which arrives a moment later with the preview, decides.

const LINK = /\bhttps?:\/\/[^\s]+|\b(?:[a-z0-9-]+\.)+(?:be|com|org|net|eu|fr|info|brussels|gov)\b(?:\/[^\s]*)?/giu;
const EMOJI = /\p{Extended_Pictographic}|\p{Regional_Indicator}{2}/u;
const graphemes = new Intl.Segmenter('fr', { granularity: 'grapheme' });

/** X's table of light code points, which count 1; all others count 2. Source: twitter-text configuration v3. */
const LIGHT: readonly (readonly [from: number, to: number])[] = [
  [0, 4351],
  [8192, 8205],
  [8208, 8223],
  [8242, 8247],
];
const X_LINK = 23;

function countX(text: string): number {
  let count = 0;
  const rest = text.normalize('NFC').replace(LINK, () => {
    count += X_LINK;
    return '';
  });
  for (const { segment } of graphemes.segment(rest)) {
    if (EMOJI.test(segment)) {
      count += 2;
      continue;
    }
    for (const character of segment) {
      const c = character.codePointAt(0) ?? 0;
      count += LIGHT.some(([from, to]) => c >= from && c <= to) ? 1 : 2;
    }
  }
  return count;
}

const countCodePoints = (text: string) => Array.from(text).length;

/** Counts by the network's rule (`limits.text.rule` of its kind). */
export function countText(text: string, rule: string): number {
  return rule === 'x_weighted' ? countX(text) : countCodePoints(text);
}
