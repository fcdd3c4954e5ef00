import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import AxeBuilder from '@axe-core/playwright';
import { asAtFirst } from './account.mjs';
import { alertFlows } from './alerts.mjs';
import { DESKTOP, PHONE } from './browser.mjs';
import { calendarFlows } from './calendar.mjs';
import { composerFlows } from './composer.mjs';
import { connectFlows } from './connect.mjs';
import { eventFlows } from './events.mjs';
import { importFlows } from './imports.mjs';
import { keyboardFlows } from './keyboard.mjs';
import { press, tabTo } from './keys.mjs';
import { libraryFlows } from './library.mjs';
import { oauthFlows } from './oauth.mjs';
import { pictureFlows } from './pictures.mjs';
import { postFlows } from './posts.mjs';
import { shellFlows } from './shell.mjs';
import { todayFlows } from './today.mjs';
import {
  accepted,
  atRest,
  attribute,
  count as counted,
  focused,
  notTooWide,
  PATIENCE,
  question,
  shows,
  ticked,
  until,
} from './until.mjs';

const fixture = (name) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const PICTURE = fixture('marche-noel.jpg');
const TEXT = 'Marché de Noël de Valmeuse, samedi 5 décembre, de 11 h à 20 h, place de l’Église.';
/** The next Sunday on which a clock in Brussels has no half past two. */
function springForward() {
  const last = new Date(Date.UTC(new Date().getUTCFullYear() + 1, 2, 31));
  last.setUTCDate(31 - last.getUTCDay());
  return last.toISOString().slice(0, 10);
}
/** Networks refuse the same text twice. */
const fresh = () => `${TEXT} Numéro ${Date.now()}.`;

/** Signs in through the page the first time; later flows take the session over, as tries are counted. */
async function signIn(page, target) {
  if (target.cookies) {
    await page.context().addCookies(target.cookies);
    await page.goto(target.url);
  } else {
    await page.goto(target.url);
    if (target.setupToken) await setUp(page, target);
    await page.getByLabel('Adresse e-mail').fill(target.email);
    await page.getByLabel('Mot de passe').fill(target.password);
    await page.getByRole('button', { name: 'Se connecter' }).click();
  }
  await page.getByRole('heading', { level: 1, name: 'Aujourd’hui' }).waitFor();
  target.cookies = await page.context().cookies();
}

async function setUp(page, target) {
  await page.goto(`${target.url}/setup?token=${target.setupToken}`);
  const commune = page.getByLabel('Nom de la commune');
  const signInButton = page.getByRole('button', { name: 'Se connecter' });
  await commune.or(signInButton).first().waitFor();
  if (await signInButton.isVisible()) return;
  await commune.fill('Valmeuse');
  await page.getByLabel('Votre nom').fill('Sophie Lambert');
  await page.getByLabel('Votre adresse e-mail').fill(target.email);
  await page.getByLabel('Mot de passe').fill(target.password);
  await page.getByRole('button', { name: 'Créer la commune' }).click();
  await page.getByRole('heading', { level: 1, name: /^Premiers pas/ }).waitFor();
  await page.getByRole('button', { name: 'Se déconnecter' }).click();
}

const text = (page) => page.getByRole('textbox', { name: 'Texte de la publication' });
const alt = (page, n = 1) =>
  page.getByRole('listitem', { name: `Image ${n}` }).getByRole('textbox', { name: 'Texte alternatif' });
const publish = (page) => page.getByRole('button', { name: /^Publier maintenant/ });

async function compose(page) {
  await page.getByRole('link', { name: 'Nouvelle publication' }).first().click();
  await text(page).waitFor();
}
const attach = (page, ...files) => page.locator('input[type=file]').first().setInputFiles(files);

/** The row of a channel on the page of a post. */
const row = (page, network) =>
  page.getByRole('region', { name: 'Canaux' }).getByRole('listitem').filter({ hasText: network });

const chosen = (page) => page.getByRole('group', { name: 'Publier sur' }).getByRole('button', { pressed: true });

/** On how many channels it will be published; at least on one. */
async function chosenCount(page) {
  await chosen(page).first().waitFor();
  return chosen(page).count();
}

/** Publishes, and gives on how many channels. */
async function send(page) {
  const count = await chosenCount(page);
  await publish(page).click();
  return count;
}

async function watchToSent(page, count) {
  await page.waitForURL(/\/posts\/[^/]+$/);
  const sent = page.getByRole('region', { name: 'Canaux' }).getByText('Publié', { exact: true });
  await sent.nth(count - 1).waitFor();
}

async function noViolations(page, where) {
  await atRest(page);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const words = violations.map(
    (v) =>
      `${v.id}: ${v.nodes
        .slice(0, 3)
        .map((n) => `${n.target.join(' ')} (${(n.any[0] ?? n.all[0] ?? n.none[0])?.message})`)
        .join('; ')}`,
  );
  assert.deepEqual(words, [], where);
  await notTooWide(page, where);
  // On a desk the page in its frame stands still; its columns scroll.
  const scrolls = await page.evaluate(
    () =>
      document.querySelector('#main') !== null &&
      window.innerWidth >= 1024 &&
      document.documentElement.scrollHeight > window.innerHeight,
  );
  assert.ok(!scrolls, `${where} scrolls as a whole`);
}

async function setTheme(page, theme) {
  await page.evaluate((t) => localStorage.setItem('crieur.theme', t), theme);
}

/** Looks at each state in both themes, on a desk and on a phone, and for its width on the narrowest. */
async function withoutBarrier(page, states, shots) {
  let checked = 0;
  for (const [name, open] of Object.entries(states)) {
    for (const theme of ['light', 'dark']) {
      for (const [size, viewport] of [
        ['desktop', DESKTOP],
        ['phone', PHONE],
      ]) {
        await page.setViewportSize(viewport);
        await setTheme(page, theme);
        await open();
        await page.getByRole('heading').first().waitFor();
        await atRest(page);
        await page.screenshot({ path: `${shots}${name}-${theme}-${size}.png` });
        await noViolations(page, `${name}, ${theme}, ${size}`);
        checked++;
      }
    }
    await page.setViewportSize({ width: 320, height: 640 });
    await open();
    await notTooWide(page, `${name}, at 320 px,`);
  }
  await page.setViewportSize(DESKTOP);
  return checked;
}

/** Always against the development fake, whose networks misbehave on a word: the pages are tried, not the server. */
const onFake = (run) => ({ on: 'fake', run });
/** With simulated networks that can be told to misbehave, standing in for Facebook. */
const onSimulator = (run) => ({ on: 'simulator', run });

async function control(target, method, path, body) {
  const answer = await fetch(`${target.simulator}/_control/${path}`, {
    method,
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`simulator: ${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}

/** Where Crieur has keys of an application at Facebook, its own page is offered first, and a token beside it. */
async function byToken(page, target, dialog) {
  const { kinds } = await (await page.request.get(`${target.url}/api/v1/oauth`)).json();
  if (kinds.find((k) => k.kind === 'facebook')?.ready)
    await dialog.getByRole('button', { name: 'Coller un jeton' }).click();
}

/** Connects the simulated Facebook page through the form, and chooses nothing else in the composer. */
async function composeForSimulator(page, target) {
  await page.goto(`${target.url}/channels`);
  await page.getByRole('heading', { level: 1, name: 'Canaux' }).waitFor();
  const [account] = (await control(target, 'GET', 'accounts')).filter((a) => a.network === 'facebook');
  const real = page.getByRole('region', { name: 'Canaux réels' }).getByRole('listitem').filter({ hasText: 'Facebook' });
  const { channels } = await (await page.request.get(`${target.url}/api/v1/channels`)).json();
  if (!channels.some((c) => c.kind === 'facebook' && !c.practice)) {
    await page.getByRole('button', { name: 'Connecter un canal' }).click();
    const dialog = page.getByRole('dialog', { name: 'Connecter un canal' });
    await dialog.getByText('Facebook', { exact: true }).click();
    await byToken(page, target, dialog);
    const { kinds } = await (await page.request.get(`${target.url}/api/v1/kinds`)).json();
    const facebook = kinds.find((k) => k.kind === 'facebook');
    const fill = async (values) => {
      for (const field of [...facebook.settings, ...facebook.credentials]) {
        if (values[field.name]) await dialog.getByLabel(field.label, { exact: true }).fill(values[field.name]);
      }
    };
    await fill({ ...account.settings, page_access_token: 'wrong' });
    await dialog.getByRole('button', { name: 'Vérifier et connecter' }).click();
    await dialog.getByRole('alert').waitFor();
    await fill(account.credentials);
    await dialog.getByRole('button', { name: 'Vérifier et connecter' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await real.getByText('Connecté', { exact: true }).waitFor();
  }
  await compose(page);
  await page.getByRole('button', { name: 'Tout sélectionner' }).click();
  await page.getByRole('button', { name: 'Tout désélectionner' }).click();
  const group = page.getByRole('group', { name: 'Publier sur' });
  await group.getByRole('button', { name: /^Facebook(?!.*bac à sable)/ }).click();
}

const ownFlows = {
  'a wrong password is refused in words, and stays on the page': async ({ page, target }) => {
    await page.goto(target.url);
    if (target.setupToken) await setUp(page, target);
    await page.getByLabel('Adresse e-mail').fill(target.email);
    await page.getByLabel('Mot de passe').fill('pas le bon mot de passe');
    await page.getByRole('button', { name: 'Se connecter' }).click();
    await page.getByRole('alert').waitFor();
    await shows(page.getByLabel('Adresse e-mail'), target.email);
  },

  'one text and a picture on three channels in four actions, watched until they are sent': async ({
    page,
    target,
    context,
  }) => {
    await signIn(page, target);
    await asAtFirst(target);
    let actions = 0;
    await compose(page);
    actions++;
    await text(page).fill(fresh());
    await attach(page, PICTURE);
    actions++;
    await alt(page).fill('Des chalets éclairés devant l’église, sous la neige');
    actions++;
    const count = await send(page);
    actions++;
    assert.ok(actions <= 4);
    assert.ok(count >= 3, `only ${count} channels are chosen at first`);
    await watchToSent(page, count);
    const links = page.getByRole('link', { name: /^Voir sur/ });
    await counted(links, count);
    for (const link of await links.all()) {
      const [opened] = await Promise.all([context.waitForEvent('page'), link.click()]);
      await opened.waitForLoadState();
      await opened.close();
    }
    await page.goto(`${target.url}/posts`);
    const first = page.getByRole('main').getByRole('listitem').first();
    await first
      .getByText('Publié', { exact: true })
      .nth(count - 1)
      .waitFor();
    return `${actions} actions, ${count} channels`;
  },

  'a double click publishes once': async ({ page, target }) => {
    await signIn(page, target);
    await compose(page);
    const unique = `Une seule fois ${Date.now()}`;
    await text(page).fill(unique);
    const count = await chosenCount(page);
    await publish(page).dblclick();
    await watchToSent(page, count);
    await page.goto(`${target.url}/posts?q=${encodeURIComponent(unique)}`);
    await page.getByRole('heading', { level: 2, name: unique }).first().waitFor();
    // The server is asked, who knows of a second one before any page does.
    const { posts } = await (
      await page.request.get(`${target.url}/api/v1/posts?q=${encodeURIComponent(unique)}`)
    ).json();
    assert.equal(posts.length, 1);
  },

  'a picture without description stops the sending, and says where': async ({ page, target }) => {
    await signIn(page, target);
    await compose(page);
    await text(page).fill(TEXT);
    await attach(page, PICTURE);
    // What was said of this picture before is proposed.
    await alt(page).waitFor();
    await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null);
    await alt(page).fill('');
    await page.getByRole('button', { name: 'Compléter' }).waitFor();
    await publish(page).click();
    await page.getByRole('heading', { level: 2, name: /à corriger/ }).waitFor();
    await page.getByRole('button', { name: 'Compléter' }).click();
    await focused(alt(page));
    await page.keyboard.type('Un sapin');
    await shows(alt(page), 'Un sapin');
    await page
      .getByRole('checkbox', { name: /décorative/ })
      .first()
      .press('Space');
    await page.getByRole('heading', { level: 2, name: /prêt/ }).waitFor();
    assert.match(page.url(), /\/compose/);
  },

  'own words for one channel, and back': async ({ page, target }) => {
    await signIn(page, target);
    await compose(page);
    await text(page).fill(TEXT);
    const tabs = page.getByRole('tablist', { name: 'Texte par canal' });
    await tabs.getByRole('tab', { name: /^X/ }).click();
    await page.getByRole('button', { name: 'Adapter pour X' }).click();
    await page.getByRole('textbox', { name: 'Texte pour X' }).fill('x'.repeat(281));
    await page.getByRole('list', { name: 'Caractères restants par canal' }).getByText('1 caractère de trop').waitFor();
    await page.getByRole('heading', { level: 2, name: /à corriger/ }).waitFor();
    await page.getByRole('textbox', { name: 'Texte pour X' }).fill('Marché de Noël samedi');
    await page.getByRole('article', { name: 'Aperçu X' }).getByText('Marché de Noël samedi').waitFor();
    await page.getByRole('button', { name: 'Revenir au texte commun' }).click();
    await page.getByRole('article', { name: 'Aperçu X' }).getByText('place de l’Église').waitFor();
  },

  'a long text is shortened for X and whole elsewhere': async ({ page, target }) => {
    await signIn(page, target);
    await compose(page);
    await text(page).fill(`${TEXT} `.repeat(6));
    await page
      .getByRole('list', { name: 'Caractères restants par canal' })
      .getByText(/raccourci/)
      .first()
      .waitFor();
    await page.getByRole('tablist', { name: 'Réseau de l’aperçu' }).getByRole('tab', { name: /^X/ }).click();
    await page.getByText('Raccourci par Crieur').waitFor();
    const shown = page.getByRole('article', { name: 'Aperçu X' });
    await until(async () => (await shown.textContent()).length < 420, 'the preview for X is shortened');
  },

  'publishing waits for pictures that are still on their way': async ({ page, context, target }) => {
    await signIn(page, target);
    await compose(page);
    let arrive = () => {};
    const held = new Promise((done) => {
      arrive = done;
    });
    await context.route('**/api/v1/media', async (route) => {
      await held;
      await route.continue();
    });
    await text(page).fill(fresh());
    await attach(page, PICTURE);
    await alt(page).fill('Des chalets éclairés');
    const count = await send(page);
    await page.getByRole('heading', { level: 2, name: /dès que les images sont arrivées/ }).waitFor();
    arrive();
    await watchToSent(page, count);
  },

  'pictures keep the order that was chosen': async ({ page, target }) => {
    await signIn(page, target);
    await compose(page);
    await attach(page, PICTURE, fixture('travaux.jpg'));
    await alt(page, 1).fill('première');
    await alt(page, 2).fill('seconde');
    await page.getByRole('button', { name: 'Avancer l’image 2' }).click();
    await shows(alt(page, 1), 'seconde');
    await page.getByRole('button', { name: 'Retirer l’image 1' }).click();
    await shows(alt(page, 1), 'première');
  },

  'a picture is dropped and pasted': async ({ page, target }) => {
    await signIn(page, target);
    await compose(page);
    const hand = async (type) =>
      page.evaluate(async (kind) => {
        const canvas = document.createElement('canvas');
        canvas.width = canvas.height = 40;
        canvas.getContext('2d').fillRect(0, 0, 20, kind === 'drop' ? 20 : 40);
        const blob = await new Promise((done) => canvas.toBlob(done, 'image/png'));
        const data = new DataTransfer();
        data.items.add(new File([blob], `${kind}.png`, { type: 'image/png' }));
        const event =
          kind === 'drop'
            ? new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: data })
            : new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: data });
        document.querySelector('textarea').dispatchEvent(event);
      }, type);
    await hand('drop');
    await page
      .getByRole('listitem', { name: 'Image 1' })
      .getByRole('button', { name: /Cadrage/ })
      .waitFor();
    await hand('paste');
    await page
      .getByRole('listitem', { name: 'Image 2' })
      .getByRole('button', { name: /Cadrage/ })
      .waitFor();
  },

  'the focal point moves with the arrows, and the crop follows': async ({ page, target }) => {
    await signIn(page, target);
    await compose(page);
    await attach(page, PICTURE);
    await page.getByRole('button', { name: 'Cadrage de l’image 1' }).click();
    const point = page.getByRole('slider', { name: 'Point d’intérêt' });
    await point.focus();
    const said = () => point.getAttribute('aria-valuetext');
    const before = await said();
    await page.keyboard.press('ArrowLeft');
    const aside = await until(async () => (await said()) !== before && said(), 'the point is elsewhere');
    await page.keyboard.press('Shift+ArrowDown');
    const after = await until(async () => (await said()) !== aside && said(), 'the point is lower');
    const asked = page.waitForRequest((r) => r.url().endsWith('/preview') && r.postData()?.includes('"focal"'));
    await page.getByRole('button', { name: 'Appliquer à tous les réseaux' }).click();
    const { images } = (await asked).postDataJSON();
    assert.ok(images[0].focal.x < 0.5 && images[0].focal.y > 0.5);
    return `${before} → ${after}`;
  },

  'writing and publishing by keyboard alone': async ({ page, target }) => {
    await signIn(page, target);
    await press(page, page.getByRole('link', { name: 'Nouvelle publication' }).first());
    await focused(text(page));
    await page.keyboard.type(`Écrit au clavier, ${Date.now()}`);
    const facebook = page.getByRole('button', { name: /Facebook/ }).first();
    await tabTo(page, facebook, 'Shift+Tab');
    await page.keyboard.press('Space');
    await attribute(facebook, 'aria-pressed', 'false');
    const count = await chosenCount(page);
    await press(page, publish(page));
    await watchToSent(page, count);
    await focused(page.getByRole('heading', { level: 1 }), 'after the navigation the focus is on the title');
  },

  'a draft is saved, changed, scheduled and cancelled': async ({ page, target }) => {
    await signIn(page, target);
    await compose(page);
    const unique = `Brouillon ${Date.now()}`;
    await text(page).fill(unique);
    await page.getByRole('button', { name: 'Enregistrer le brouillon' }).click();
    await page.getByRole('heading', { level: 1, name: unique }).waitFor();
    await page.getByRole('link', { name: 'Modifier' }).click();
    await page.getByRole('heading', { level: 1, name: 'Modifier la publication' }).waitFor();
    await shows(text(page), unique);
    await page.getByRole('radio', { name: 'Autre date' }).click();
    await page.getByText(/fuseau Europe\/Brussels/).waitFor();
    const year = page.getByRole('spinbutton', { name: /^année/i });
    await year.focus();
    await page.keyboard.type('2031');
    await page.getByRole('button', { name: /^Programmer/ }).click();
    await page.getByText(/Parution.*2031/).waitFor();
    await page.getByText('Programmé', { exact: true }).nth(2).waitFor();
    await page.getByRole('button', { name: 'Annuler la publication' }).click();
    await question(page).getByRole('button', { name: 'Annuler la publication' }).click();
    await page.getByRole('region', { name: 'Canaux' }).getByText('Annulé', { exact: true }).nth(2).waitFor();
  },

  'an hour that the clocks skip is explained, and not sent': async ({ page, target }) => {
    await signIn(page, target);
    await compose(page);
    const words = fresh();
    await text(page).fill(words);
    await page.getByRole('radio', { name: 'Autre date' }).click();
    const type = async (name, value) => {
      await page.getByRole('spinbutton', { name }).focus();
      await page.keyboard.type(value);
    };
    const [year, month, day] = springForward().split('-');
    await type(/^jour/i, day);
    await type(/^mois/i, month);
    await type(/^année/i, year);
    await type(/^heure/i, '02');
    await type(/^minute/i, '30');
    await page
      .getByText(/Cette heure n’existe pas/)
      .first()
      .waitFor();
    const schedule = page.getByRole('button', { name: /^Programmer/ });
    await schedule.click();
    // The hour after it exists: only that one is sent.
    await type(/^heure/i, '03');
    await page.getByText(/Cette heure n’existe pas/).waitFor({ state: 'detached' });
    await schedule.click();
    await page.waitForURL(/\/posts\/[^/]+$/);
    const { posts } = await (
      await page.request.get(`${target.url}/api/v1/posts?q=${encodeURIComponent(words)}`)
    ).json();
    assert.deepEqual(
      posts.map((p) => new Date(p.publish.due_at).toISOString()),
      [`${springForward()}T01:30:00.000Z`],
    );
  },

  'hostile text is shown as text everywhere': async ({ page, target }) => {
    await signIn(page, target);
    await compose(page);
    const hostile = `<img src=x onerror="document.title='pwned'"><script>document.title='pwned'</script> ${Date.now()}`;
    await text(page).fill(hostile);
    await page.getByRole('article', { name: 'Aperçu Facebook' }).getByText('<img src=x').waitFor();
    await watchToSent(page, await send(page));
    await page.getByRole('heading', { level: 1 }).getByText('<img src=x').waitFor();
    await page
      .getByRole('button', { name: /Détail de l’envoi/ })
      .first()
      .click();
    await page.goto(`${target.url}/posts`);
    await page.getByRole('heading', { level: 2 }).getByText('<img src=x').first().waitFor();
    assert.doesNotMatch(await page.title(), /pwned/);
  },

  'the text survives leaving the page': async ({ page, target }) => {
    await signIn(page, target);
    await compose(page);
    await text(page).fill('À finir demain');
    await page.getByText(/Texte gardé sur cet appareil/).waitFor();
    await page.reload();
    await page.getByText('Texte repris de cet appareil.').waitFor();
    await shows(text(page), 'À finir demain');
    await page.getByRole('button', { name: 'Repartir de zéro' }).click();
    await shows(text(page), '');
  },

  'a session that ends asks to sign in over the page, and loses nothing': async ({ page, context, target }) => {
    await signIn(page, target);
    await compose(page);
    const words = fresh();
    await text(page).fill(words);
    await page.getByRole('heading', { level: 2, name: /prêt/ }).waitFor();
    await context.clearCookies();
    await publish(page).click();
    const dialog = page.getByRole('dialog', { name: 'Votre session est terminée' });
    await dialog.waitFor();
    await dialog.getByLabel('Mot de passe').fill(target.password);
    await dialog.getByRole('button', { name: 'Se connecter' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await shows(text(page), words);
    await watchToSent(page, await send(page));
  },

  'the line is cut: people are told, and what was missed is caught up': async ({ page, context, target }) => {
    await signIn(page, target);
    await compose(page);
    await text(page).fill(fresh());
    await page.getByRole('heading', { level: 2, name: /prêt/ }).waitFor();
    await context.route('**/api/v1/stream', (route) => route.abort());
    await page.reload();
    await page.getByText(/Connexion perdue/).waitFor();
    const count = await send(page);
    await page.waitForURL(/\/posts\/[^/]+$/);
    await context.unroute('**/api/v1/stream');
    await watchToSent(page, count);
    await page.getByText(/Connexion perdue/).waitFor({ state: 'hidden' });
  },

  'a channel is checked; one that is connected already is refused in words; one is removed': async ({
    page,
    target,
  }) => {
    await signIn(page, target);
    await asAtFirst(target);
    await page.getByRole('link', { name: 'Canaux' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Canaux' }).waitFor();
    const channels = page.getByRole('main').getByRole('listitem');
    const practice = channels.filter({ hasText: 'Bac à sable' });
    // The practice channels are marked.
    await practice.nth(2).waitFor();
    await practice
      .first()
      .getByRole('button', { name: /^Vérifier/ })
      .click();
    await page
      .getByText(/fonctionne\./)
      .first()
      .waitFor();

    await page.getByRole('button', { name: 'Connecter un canal' }).click();
    const dialog = page.getByRole('dialog', { name: 'Connecter un canal' });
    await dialog.getByText('Site de la commune', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Vérifier et connecter' }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByRole('button', { name: 'Annuler' }).click();

    const site = channels.filter({ hasNotText: 'Bac à sable' }).first();
    await site.getByRole('button', { name: /^Déconnecter/ }).click();
    await question(page).getByRole('button', { name: 'Retour' }).click();
    await site.getByText('Connecté', { exact: true }).waitFor();
    await site.getByRole('button', { name: /^Déconnecter/ }).click();
    await question(page).getByRole('button', { name: 'Déconnecter le canal' }).click();
    await page
      .getByText(/est déconnecté\./)
      .first()
      .waitFor();
    await site.waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Connecter un canal' }).click();
    await dialog.getByText('Site de la commune', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Vérifier et connecter' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await site.getByText('Connecté', { exact: true }).waitFor();
  },

  'a doubtful outcome asks a person, and never sends again by itself': onFake(async ({ page, target }) => {
    await signIn(page, target);
    await compose(page);
    await text(page).fill(`${fresh()} [doute]`);
    await publish(page).click();
    const x = row(page, 'X n’a pas répondu').or(row(page, 'Voir sur X')).first();
    await x.getByText('À vérifier par vous').waitFor();
    await counted(x.getByRole('button', { name: /Réessayer/ }), 0);
    await x.getByRole('button', { name: 'Elle y est' }).click();
    const dialog = question(page);
    await dialog.getByLabel('Adresse de la publication').fill('https://x.example/valmeuse/42');
    await dialog.getByRole('button', { name: 'Oui, elle y est' }).click();
    await x.getByRole('link', { name: /Voir sur X/ }).waitFor();
  }),

  'a doubtful outcome that is not there is sent again in one step': onFake(async ({ page, target }) => {
    await signIn(page, target);
    await compose(page);
    await text(page).fill(`${fresh()} [doute]`);
    await publish(page).click();
    const x = row(page, 'X n’a pas répondu').or(row(page, 'Voir sur X')).first();
    await x.getByRole('link', { name: /Ouvrir la page/ }).waitFor();
    await x.getByRole('button', { name: 'La renvoyer', exact: true }).click();
    const dialog = question(page);
    await dialog.getByText(/elle paraîtra deux fois/).waitFor();
    await dialog.getByRole('button', { name: 'Elle n’y est pas, la renvoyer' }).click();
    await x.getByRole('link', { name: /Voir sur X/ }).waitFor();
  }),

  'what an outage held back is decided by keyboard, and the result is said': onFake(async ({ page, target }) => {
    await signIn(page, target);
    await compose(page);
    await text(page).fill(`${fresh()} [retenu]`);
    const count = await chosenCount(page);
    await publish(page).click();
    await page.getByText(`${count} publications attendent votre décision`).waitFor();
    await row(page, 'pendant une panne').first().waitFor();
    await page.getByRole('region', { name: 'État de l’installation' }).getByRole('link', { name: 'Décider' }).click();
    await page.getByRole('heading', { level: 1, name: 'À revoir' }).waitFor();
    await page.getByRole('link', { name: 'Décider' }).waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Tout publier' }).press('Enter');
    const last = page.getByRole('main').getByRole('listitem').last();
    await last.getByRole('radio', { name: 'Publier' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Space');
    await attribute(last.getByRole('radio', { name: 'Annuler' }), 'aria-checked', 'true');
    await page.getByRole('button', { name: `Appliquer ${count} décisions` }).press('Enter');
    const dialog = page.getByRole('alertdialog', { name: 'Confirmer vos décisions' });
    await dialog.getByText(/une minute d’écart/).waitFor();
    await dialog.getByRole('button', { name: 'Confirmer' }).press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    await page
      .getByRole('status')
      .getByText(/publications partent à une minute d’écart.*1 publication est annulée/)
      .waitFor();
    await page.getByText('Rien n’attend votre décision.').waitFor();
  }),

  'an administrator confirms the clock, and chooses what is asked and mailed': {
    on: 'fake',
    options: { trouble: true },
    run: async ({ page, target }) => {
      await signIn(page, target);
      const state = page.getByRole('region', { name: 'État de l’installation' });
      await state.getByText(/a avancé de 2\sheures 5\sminutes/).waitFor();
      await state.getByRole('button', { name: 'L’heure est juste' }).click();
      await state.getByText(/a avancé/).waitFor({ state: 'hidden' });
      await state.getByRole('button', { name: 'J’ai compris' }).click();
      await page.reload();
      await state.getByText(/auraient dû partir/).waitFor();
      await counted(state.getByText(/données restaurées/), 0);
      await page.getByRole('link', { name: 'Réglages' }).click();
      for (const [name, path] of [
        [/par courriel/, '/preferences'],
        [/avant de renvoyer/, '/commune'],
      ])
        await accepted(page, 'PATCH', path, () => page.getByRole('switch', { name }).press('Space'));
      await page.getByText('Réglage enregistré.').first().waitFor();
      await page.reload();
      for (const name of [/par courriel/, /avant de renvoyer/]) await ticked(page.getByRole('switch', { name }));
    },
  },

  'no barrier where people are told and asked: axe, both themes, desktop and phone; 320 px wide': {
    on: 'fake',
    options: { trouble: true },
    run: async ({ page, target, shots }) => {
      await signIn(page, target);
      let held = '';
      for (const words of ['[panne] [doute]', '[retenu]', 'Travaux rue du Pont, circulation alternée. [retenu]']) {
        await compose(page);
        await text(page).fill(`${fresh()} ${words}`);
        await publish(page).click();
        await page.waitForURL(/\/posts\/[^/]+$/);
        await row(page, words.includes('[panne]') ? 'Échec' : 'pendant une panne')
          .first()
          .waitFor();
        held = page.url();
      }
      const failure = page.getByRole('main').getByRole('listitem').filter({ hasText: 'Échec sur' });
      const states = {
        notices: async () => {
          await page.goto(`${target.url}/notices`);
          await failure.first().waitFor();
        },
        review: async () => {
          await page.goto(`${target.url}/review`);
          await page.getByRole('button', { name: 'Tout publier' }).click();
        },
        'review-confirm': async () => {
          await page.goto(`${target.url}/review`);
          await page.getByRole('button', { name: 'Tout publier' }).click();
          await page.getByRole('button', { name: /^Appliquer/ }).click();
          await page.getByRole('alertdialog', { name: 'Confirmer vos décisions' }).waitFor();
        },
        held: async () => {
          await page.goto(held);
          await row(page, 'pendant une panne').first().waitFor();
        },
        settings: async () => {
          await page.goto(`${target.url}/settings`);
          await page.getByRole('switch').first().waitFor();
        },
        'compose-told': async () => page.goto(`${target.url}/compose`),
      };
      const told = Object.fromEntries(
        Object.entries(states).map(([name, open]) => [
          name,
          async () => {
            await open();
            await page.getByText(/auraient dû partir/).waitFor();
          },
        ]),
      );
      return `${await withoutBarrier(page, told, shots)} states`;
    },
  },

  'no barrier in what opens on the pages of posts: axe, both themes, desktop and phone; 320 px wide': async ({
    page,
    target,
    shots,
  }) => {
    let attached = false;
    const states = {
      post: async () => {
        await page.goto(`${target.url}/posts`);
        await page.getByRole('heading', { level: 2 }).first().getByRole('link').click();
        await page
          .getByRole('button', { name: /Détail de l’envoi/ })
          .first()
          .click();
        await page.getByRole('article').first().waitFor();
      },
      connect: async () => {
        await page.goto(`${target.url}/channels`);
        await page.getByRole('button', { name: 'Connecter un canal' }).click();
        await page.getByRole('dialog').waitFor();
      },
      'compose-full': async () => {
        await page.goto(`${target.url}/compose`);
        await text(page).fill(TEXT);
        // This device keeps the picture from one look to the next.
        if (!attached) await attach(page, PICTURE);
        attached = true;
        await page.getByRole('button', { name: 'Cadrage de l’image 1' }).waitFor();
        await alt(page).fill('');
        await page.getByRole('radio', { name: 'Autre date' }).click();
        await page.getByRole('spinbutton').first().waitFor();
        await page.getByRole('heading', { level: 2, name: /à corriger/ }).waitFor();
      },
      focal: async () => {
        await page.goto(`${target.url}/compose`);
        await page.getByRole('button', { name: 'Cadrage de l’image 1' }).click();
        await page.getByRole('slider').waitFor();
      },
    };
    await page.goto(target.url);
    if (target.setupToken) await setUp(page, target);
    await page.getByRole('button', { name: 'Se connecter' }).waitFor();
    let checked = await withoutBarrier(page, { login: async () => page.goto(`${target.url}/login`) }, shots);
    await signIn(page, target);
    await compose(page);
    await text(page).fill(target.fake ? `${fresh()} [panne] [doute]` : fresh());
    await attach(page, PICTURE);
    await alt(page).fill('Des chalets éclairés devant l’église, sous la neige');
    const count = await send(page);
    await watchToSent(page, target.fake ? 2 : count);
    checked += await withoutBarrier(page, states, shots);
    return `${checked} states`;
  },

  'a network refuses: the page and the bell say why, and another try repairs it': onSimulator(
    async ({ page, target }) => {
      await signIn(page, target);
      await composeForSimulator(page, target);
      await control(target, 'POST', 'faults', {
        network: 'facebook',
        operation: 'post',
        effect: 'status',
        status: 400,
        body: JSON.stringify({
          error: { message: 'Session expired', type: 'OAuthException', code: 190, error_subcode: 463 },
        }),
      });
      const words = `Avis à la population ${Date.now()}`;
      await text(page).fill(words);
      await publish(page).click();
      const channel = page.getByRole('region', { name: 'Canaux' }).getByRole('listitem').first();
      await channel.getByText('Échec', { exact: true }).waitFor();
      await channel.getByText(/Reconnectez/).waitFor();
      // People hear of it wherever they are, within a minute, and until it is repaired.
      const post = page.url();
      await page.goto(`${target.url}/channels`);
      await page.getByRole('link', { name: /^Avis : \d+ non lus?$/ }).click({ timeout: 2 * PATIENCE });
      await page.getByRole('heading', { level: 1, name: 'Avis' }).waitFor();
      const told = page.getByRole('main').getByRole('listitem').filter({ hasText: words });
      await told.getByText('Problème', { exact: true }).waitFor();
      await told.getByRole('link', { name: /^Voir la publication/ }).click();
      await page.waitForURL(post);
      await channel.getByRole('button', { name: 'Réessayer sur Facebook' }).click();
      await watchToSent(page, 1);
      await page.getByRole('link', { name: /^Avis/ }).click();
      await told.getByText('Réglé', { exact: true }).waitFor({ timeout: 2 * PATIENCE });
    },
  ),

  'an answer is lost: the page says that Crieur looks, and the post is there once': onSimulator(
    async ({ page, target }) => {
      await signIn(page, target);
      await composeForSimulator(page, target);
      await control(target, 'POST', 'faults', { network: 'facebook', operation: 'post', effect: 'reset', after: true });
      const words = fresh();
      await text(page).fill(words);
      await publish(page).click();
      await watchToSent(page, 1);
      const posts = await control(target, 'GET', 'posts?network=facebook');
      assert.equal(posts.filter((p) => JSON.stringify(p).includes(words)).length, 1);
    },
  ),
};

/** What is tried on one commune after the other. The parts know nothing of each other. */
export const parts = [
  {
    ...ownFlows,
    ...postFlows({ signIn, control, withoutBarrier, noViolations }),
    ...todayFlows({ signIn, control, withoutBarrier }),
    ...alertFlows({ signIn, compose, text, fresh, noViolations }),
  },
  {
    ...composerFlows({
      signIn,
      compose,
      composeForSimulator,
      control,
      text,
      alt,
      attach,
      publish,
      chosenCount,
      fresh,
      watchToSent,
      withoutBarrier,
    }),
    ...eventFlows({ signIn, withoutBarrier }),
    ...importFlows({ signIn, picture: PICTURE, withoutBarrier }),
    ...keyboardFlows({ signIn, control, picture: PICTURE }),
  },
  // A commune to which nothing real is connected yet.
  {
    ...calendarFlows({ signIn, noViolations, withoutBarrier }),
    ...libraryFlows({ signIn, withoutBarrier }),
    ...shellFlows({ signIn, text, noViolations }),
    ...connectFlows({ signIn, byToken, compose, text, fresh, publish, withoutBarrier, noViolations }),
    ...oauthFlows({ signIn, control, withoutBarrier, noViolations }),
    ...pictureFlows({ signIn, compose, attach, fixture, withoutBarrier }),
  },
];
export const flows = Object.assign({}, ...parts);
