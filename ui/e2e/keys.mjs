// A person without a mouse: every flow by keyboard alone goes by these, and by page.keyboard.
import assert from 'node:assert/strict';
import { focused } from './until.mjs';

/** The longest way that somebody is expected to go by one key. */
const FAR = 150;

/** Whether the focus is here, or inside. */
const isHere = (locator) => locator.evaluate((e) => e === document.activeElement || e.contains(document.activeElement));

/** Tabs until something has the focus; a page without a way there by keyboard fails. */
export async function tabTo(page, locator, key = 'Tab') {
  await locator.waitFor({ state: 'attached' });
  for (let i = 0; i < FAR; i++) {
    if (await isHere(locator)) return;
    await page.keyboard.press(key);
  }
  assert.fail(`not reached by keyboard: ${locator}`);
}

/** Goes to a button or a link, and presses it. */
export async function press(page, locator, key = 'Enter') {
  await tabTo(page, locator);
  await page.keyboard.press(key);
}

/** Goes to a field, and writes in it instead of what was there. */
export async function write(page, field, words) {
  await tabTo(page, field);
  await focused(field);
  await page.keyboard.press('Control+a');
  await page.keyboard.type(words);
}
