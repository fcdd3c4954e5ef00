// A clerk corrects a false alert from its board, in a real browser:
//
//   CRIEUR_E2E_URL=… CRIEUR_E2E_EMAIL=… CRIEUR_E2E_PASSWORD=… CRIEUR_E2E_BOARD=/crisis/… node e2e/clerk.mjs
//
// Prints one line of JSON: the clicks, and the milliseconds from the page to the correction on every channel.
import { heldLongEnough } from './alerts.mjs';
import { openBrowser } from './browser.mjs';
import { PATIENCE } from './until.mjs';

const {
  CRIEUR_E2E_URL: url,
  CRIEUR_E2E_EMAIL: email,
  CRIEUR_E2E_PASSWORD: password,
  CRIEUR_E2E_BOARD: board,
} = process.env;
const browser = await openBrowser();
try {
  const page = await browser.context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto(url);
  await page.getByLabel('Adresse e-mail').fill(email);
  await page.getByLabel('Mot de passe').fill(password);
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await page.getByRole('heading', { level: 1, name: 'Aujourd’hui' }).waitFor();

  const started = Date.now();
  await page.goto(`${url}${board}`);
  let clicks = 0;
  await page.getByRole('button', { name: /^Fausse alerte/ }).click();
  clicks++;
  await page.getByRole('button', { name: /^Maintenir/ }).hover();
  await page.mouse.down();
  await heldLongEnough(page);
  await page.mouse.up();
  clicks++;
  await page.getByText('Dernier message (n° 2)').waitFor();
  await page.waitForFunction(() => {
    const [there, total] = (document.querySelector('#channels')?.textContent ?? '').match(/\d+/g) ?? [];
    return there !== undefined && there === total;
  });
  console.log(JSON.stringify({ clicks, ms: Date.now() - started }));
} finally {
  await browser.close();
}
