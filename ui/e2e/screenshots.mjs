// Pictures of every page, for docs/screenshots:
//
//   make screenshots
//
// The commune is filled as one month of work does. Arguments choose pictures by a part of their name.
import { mkdirSync } from 'node:fs';
import { openSession } from './account.mjs';
import { DESKTOP, openBrowser, PHONE } from './browser.mjs';
import { fillCommune } from './commune.mjs';
import { isThere, pages } from './pages.mjs';

const FOLDER = new URL('../../docs/screenshots/', import.meta.url).pathname;
const wanted = process.argv.slice(2);
const target = {
  url: process.env.CRIEUR_E2E_URL,
  email: process.env.CRIEUR_E2E_EMAIL,
  password: process.env.CRIEUR_E2E_PASSWORD,
  setupToken: process.env.CRIEUR_E2E_SETUP_TOKEN,
};

const session = await openSession(target);
const filled = await fillCommune(session);

/** Each page is taken at a desk and on a phone; the first four in the dark too. */
const DARK = 4;

mkdirSync(FOLDER, { recursive: true });
const browser = await openBrowser();
await browser.context.addCookies(session.cookies);
const page = await browser.context.newPage();

async function take(name, address, viewport, colorScheme) {
  if (wanted.length > 0 && !wanted.some((w) => name.includes(w))) return;
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.goto(target.url + address);
  await isThere(page);
  // On a first visit the typeface comes after the page.
  await page.waitForFunction(() =>
    [...document.fonts].some((face) => face.family.includes('Schibsted Grotesk') && face.status === 'loaded'),
  );
  await page.screenshot({ path: `${FOLDER}${name}.png` });
  console.log(name);
}

for (const [i, [name, address]] of pages(filled).entries()) {
  await take(name, address, DESKTOP, 'light');
  await take(`${name}-phone`, address, PHONE, 'light');
  if (i < DARK) await take(`${name}-dark`, address, DESKTOP, 'dark');
}
await browser.close();
