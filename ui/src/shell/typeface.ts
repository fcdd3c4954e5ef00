import latinExtended from '@fontsource-variable/schibsted-grotesk/files/schibsted-grotesk-latin-ext-wght-normal.woff2?url';
import latin from '@fontsource-variable/schibsted-grotesk/files/schibsted-grotesk-latin-wght-normal.woff2?url';

/** The two files of the typeface, and the characters that each has, as its makers say them. */
const FILES = [
  {
    url: latin,
    characters:
      'U+0000-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+0304,U+0308,U+0329,U+2000-206F,U+20AC,U+2122,U+2191,U+2193,U+2212,U+2215,U+FEFF,U+FFFD',
  },
  {
    url: latinExtended,
    characters:
      'U+0100-02BA,U+02BD-02C5,U+02C7-02CC,U+02CE-02D7,U+02DD-02FF,U+0304,U+0308,U+0329,U+1D00-1DBF,U+1E00-1E9F,U+1EF2-1EFF,U+2020,U+20A0-20AB,U+20AD-20C0,U+2113,U+2C60-2C7F,U+A720-A7FF',
  },
];

/**
 * Makes the typeface known: the browser fetches what the text in sight needs of
 * it. Not before a first page stands, on whose journey it would lie: a quarter of
 * a second of a slow line. Later visits have it on the device (`isKept`).
 */
export function declareTypeface(): void {
  for (const { url, characters } of FILES) {
    document.fonts.add(
      new FontFace('Schibsted Grotesk Variable', `url(${url}) format('woff2')`, {
        weight: '400 900',
        unicodeRange: characters,
        display: 'swap',
      }),
    );
  }
}

/** Whether the typeface is on this device: the service worker keeps it with the application. */
export const isKept = (): boolean => Boolean(navigator.serviceWorker?.controller);
