// Waiting for what an act leads to. The page is never as far as the flow: what is read in the instant after a press, a
// file or a navigation is what was there before.
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

/** How long a flow waits before it gives up, in milliseconds: a machine that does many things at once is not a fault. */
export const PATIENCE = 60_000;
const PAUSE = 50;

/** Reads until it is what is expected, then goes on; else says what was there instead. */
export async function becomes(read, expected, what, patience = PATIENCE) {
  let seen;
  for (const end = Date.now() + patience; ; ) {
    // Between two pages there is nothing to read.
    seen = await read().catch((error) => error);
    if (isDeepStrictEqual(seen, expected)) return;
    if (Date.now() > end) break;
    await new Promise((done) => setTimeout(done, PAUSE));
  }
  if (seen instanceof Error) throw seen;
  assert.deepEqual(seen, expected, what);
}

/** Looks until something holds, and gives what it found. */
export async function until(holds, what, patience = PATIENCE) {
  let found;
  await becomes(
    async () => {
      found = await holds();
      return Boolean(found);
    },
    true,
    what,
    patience,
  );
  return found;
}

/** A field holds these words. */
export const shows = (field, words) => becomes(() => field.inputValue(), words, `${field} shows`);

/** There are as many, neither more nor fewer. */
export const count = (locator, n, what = `how many of ${locator}`) => becomes(() => locator.count(), n, what);

export const ticked = (box, is = true) => becomes(() => box.isChecked(), is, `${box} is checked`);

export const attribute = (locator, name, value) =>
  becomes(() => locator.getAttribute(name), value, `${name} of ${locator}`);

/** Keys that are pressed now go here. */
export const focused = (locator, what = `${locator} has the focus`) =>
  becomes(() => locator.evaluate((e) => e === document.activeElement), true, what);

/** Does something, and waits until the server has said yes to it. A message on the page may still be that of an earlier act. */
export async function accepted(page, method, path, act) {
  const answer = page.waitForResponse(
    (r) => r.ok() && r.request().method() === method && new URL(r.url()).pathname === `/api/v1${path}`,
  );
  await act();
  await answer;
}

/** The dialog that asks for a decision. What is said in passing has the same role, and may be there beside it. */
export const question = (page) => page.locator('[role=alertdialog]:not([aria-modal=false])');

/** The page moves no more: nothing is on its way, no picture, letter or colour. */
export async function atRest(page) {
  await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null);
  await page.waitForFunction(() => [...document.images].every((i) => i.complete || i.loading === 'lazy'));
  // What React Aria says of a button that works stays behind as an image without a name, for some seconds.
  await page.waitForFunction(() => !document.querySelector('[data-live-announcer] [role=img]'));
  await page.evaluate(() => document.fonts.ready);
  // Dialogs and messages come in by an animation, and colours change by one. What turns for ever is not waited for.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every((a) => a.playState !== 'running' || a.effect?.getComputedTiming().endTime === Infinity),
  );
}

/** Nothing reaches beyond the edge of the window. */
export async function notTooWide(page, where) {
  await atRest(page);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(over <= 0, `${where} is ${over} px too wide`);
}
