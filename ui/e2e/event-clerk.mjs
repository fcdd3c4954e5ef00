// A clerk announces, postpones or cancels an event, in a real browser, against a server whose clock a test sets:
//
//   CRIEUR_E2E_URL=… CRIEUR_E2E_EMAIL=… CRIEUR_E2E_PASSWORD=… CRIEUR_E2E_NOW=… node e2e/event-clerk.mjs announce affiche.jpg
//   … node e2e/event-clerk.mjs postpone /events/… 2027-03-28
//   … node e2e/event-clerk.mjs cancel /events/…
//
// Prints one line of JSON: the path of the event, and what its page says that will happen.
import { openBrowser } from './browser.mjs';
import { PATIENCE } from './until.mjs';

const {
  CRIEUR_E2E_URL: url,
  CRIEUR_E2E_EMAIL: email,
  CRIEUR_E2E_PASSWORD: password,
  CRIEUR_E2E_NOW: now,
} = process.env;
const [act, ...given] = process.argv.slice(2);

async function announce(page, poster) {
  await page.goto(`${url}/events/new`);
  await page.getByRole('textbox', { name: 'Nom', exact: true }).first().fill('Brocante de printemps');
  await page.getByLabel('Jour', { exact: true }).fill('2027-03-14');
  await page.getByLabel('De', { exact: true }).fill('09:00');
  await page.getByLabel('À', { exact: true }).fill('18:00');
  await page.getByRole('textbox', { name: 'Lieu' }).fill('Place du Marché');
  await page.locator('input[type=file]').first().setInputFiles(poster);
  await page.getByRole('textbox', { name: 'Texte alternatif' }).fill('L’affiche de la brocante');
  // Five announcements are usual; this clerk thanks people by hand.
  await page.getByText('La série, 5 annonces').waitFor();
  await page.locator('label', { has: page.getByRole('switch', { name: 'Publier l’annonce J+1' }) }).click();
  await page.getByText('La série, 4 annonces').waitFor();
  // Another wording of one of them, with its blanks.
  await page.getByRole('button', { name: 'Modifier l’annonce J-1', exact: true }).click();
  await page.getByLabel('Texte', { exact: true }).selectOption({ label: 'Mon propre texte' });
  await page
    .getByRole('textbox', { name: 'Texte de l’annonce' })
    .fill('{Compte} : {titre}, {date}. Parking au hall omnisports.');
  await page.getByRole('button', { name: 'Reprendre' }).click();
  await page.getByText('Parking au hall omnisports').waitFor();
  await page.getByRole('button', { name: /^Programmer la série/ }).click();
  await page.waitForURL(/\/events\/(?!new)[^/?]+$/);
  await page.getByRole('article').nth(3).waitFor();
  return { path: new URL(page.url()).pathname, shown: [] };
}

/** Waits for what will happen, does it, and gives what was shown before. */
async function decide(page, verb, tag) {
  const dialog = page.getByRole('dialog');
  const button = dialog.getByRole('button', { name: verb });
  await dialog.getByText('Avis qui part tout de suite').waitFor();
  await page.waitForFunction((name) => {
    const found = [...document.querySelectorAll('[role=dialog] button')].find((b) => b.textContent === name);
    return found && !found.disabled;
  }, verb);
  const shown = await dialog.getByRole('region', { name: 'Ce qui va se passer' }).textContent();
  await button.click();
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('main').getByText(tag, { exact: true }).first().waitFor();
  return { path: new URL(page.url()).pathname, shown: shown.split('\n') };
}

async function postpone(page, path, day) {
  await page.goto(`${url}${path}`);
  await page.getByRole('button', { name: 'Reporter…' }).click();
  await page.getByLabel('Nouveau jour').fill(day);
  return decide(page, 'Reporter l’événement', 'Nouvelle date');
}

async function cancel(page, path) {
  await page.goto(`${url}${path}`);
  await page.getByRole('button', { name: 'Annuler l’événement…' }).click();
  await page.getByRole('textbox', { name: 'Raison' }).fill('Avis de tempête.');
  return decide(page, 'Annuler l’événement', 'Annulé');
}

const browser = await openBrowser();
try {
  await browser.context.clock.setSystemTime(new Date(now));
  const page = await browser.context.newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto(url);
  await page.getByLabel('Adresse e-mail').fill(email);
  await page.getByLabel('Mot de passe').fill(password);
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Se connecter' }).waitFor({ state: 'detached' });
  console.log(JSON.stringify(await { announce, postpone, cancel }[act](page, ...given)));
} finally {
  await browser.close();
}
