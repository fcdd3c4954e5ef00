import assert from 'node:assert/strict';
import { openSession } from './account.mjs';
import { DESKTOP, PHONE } from './browser.mjs';
import { fillCommune } from './commune.mjs';
import { write } from './keys.mjs';
import { isThere, pages } from './pages.mjs';
import { count, notTooWide, shows } from './until.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name });

/** What surrounds every page: keys, the application without the server, and each page as everybody must be able to use it. */
export const shellFlows = ({ signIn, text, noViolations }) => ({
  'keys lead to the pages, and mean themselves in a field': async ({ page, target }) => {
    await signIn(page, target);
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Raccourcis clavier' });
    await sheet.waitFor();
    await noViolations(page, 'the sheet of keys');
    await page.keyboard.press('Escape');
    await sheet.waitFor({ state: 'hidden' });
    await page.keyboard.press('g');
    await page.keyboard.press('c');
    await heading(page, /./).first().waitFor();
    await page.waitForURL(/\/calendar/);
    await page.keyboard.press('n');
    await page.waitForURL(/\/compose/);
    await text(page).fill('');
    await text(page).pressSequentially('gp?');
    await shows(text(page), 'gp?');
    assert.match(page.url(), /\/compose/);
    await text(page).fill('');
    // Who switched them off has no keys.
    await page.evaluate(() => localStorage.setItem('crieur.shortcuts', 'off'));
    await page.goto(`${target.url}/posts?q=rien`);
    await heading(page, 'Publications').waitFor();
    await page.keyboard.press('n');
    await page.keyboard.press('?');
    // What is pressed after them has been dealt with, so they have been too.
    const search = page.getByRole('searchbox');
    await write(page, search, 'suite');
    await shows(search, 'suite');
    await count(sheet, 0);
    assert.match(page.url(), /\/posts\?q=rien$/);
  },

  'the application opens without the server, and what is typed there stays': async ({ page, context, target }) => {
    await signIn(page, target);
    await page.waitForFunction(async () => Boolean((await navigator.serviceWorker.getRegistration())?.active));
    // From the second page on it is the worker that answers.
    await page.goto(`${target.url}/compose`);
    await text(page).waitFor();
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await context.setOffline(true);
    await page.goto(`${target.url}/compose`);
    await text(page).waitFor();
    const words = `Écrit sans réseau ${Date.now()}`;
    await text(page).fill(words);
    await page
      .getByText(/Connexion perdue/)
      .first()
      .waitFor();
    await context.setOffline(false);
    await page.reload();
    await text(page).waitFor();
    await shows(text(page), words);
  },

  'every page: no barrier in both themes, at a desk, on a phone and at 320 px': async ({ page, context, target }) => {
    if (target.fake) return 'only against the real program';
    await signIn(page, target);
    const session = await openSession(target);
    const filled = await fillCommune(session);
    await context.addCookies(session.cookies);
    // Colours must not be on their way from one theme to the other.
    await page.emulateMedia({ reducedMotion: 'reduce' });
    let looks = 0;
    for (const [name, address] of pages(filled)) {
      for (const [size, viewport] of Object.entries({ desk: DESKTOP, phone: PHONE })) {
        await page.setViewportSize(viewport);
        await page.goto(target.url + address);
        await isThere(page);
        for (const theme of ['light', 'dark']) {
          await page.evaluate((t) => {
            document.documentElement.dataset.theme = t;
          }, theme);
          await noViolations(page, `${name}, ${size}, ${theme}`);
          looks++;
        }
      }
      await page.setViewportSize({ width: 320, height: 640 });
      await notTooWide(page, `${name}, at 320 px,`);
    }
    return `${looks} looks`;
  },
});
