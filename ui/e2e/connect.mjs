// Flows of the first run, the sandbox, the channels and the settings, each against the real server.
import assert from 'node:assert/strict';
import { asAtFirst, openSession } from './account.mjs';
import { accepted, attribute, count, question, shows, ticked, until } from './until.mjs';

const heading = (page, name) => page.getByRole('heading', { level: 1, name });
const region = (page, name) => page.getByRole('region', { name });
const saved = (page) => page.getByText('Réglage enregistré.').first().waitFor();
const channelRow = (page, name) => page.getByRole('main').getByRole('listitem').filter({ hasText: name });

/** The practice channel of a network: there is one for each. */
async function practiceChannel(call, kind) {
  const { channels } = await call('GET', '/channels');
  return channels.find((c) => c.practice && c.kind === kind) ?? call('POST', '/channels', { kind, practice: true });
}

/** One account is one channel: the flows before may have connected it. */
async function withoutReal(call, kind) {
  const { channels } = await call('GET', '/channels');
  for (const c of channels.filter((c) => c.kind === kind && !c.practice)) await call('DELETE', `/channels/${c.id}`);
}

async function simulated(target, network) {
  const answer = await fetch(`${target.simulator}/_control/accounts`);
  return (await answer.json()).find((a) => a.network === network);
}

/** The keys of the application that scripts/test-browser.sh gives to the server. */
const APP = { app_id: '4711', app_secret: 'meta-secret' };

/** Registers the application at the simulated Facebook, with a page that it may be given. False: no keys here. */
async function registered(target, call) {
  const { kinds } = await call('GET', '/oauth');
  const facebook = kinds.find((k) => k.kind === 'facebook');
  if (!facebook?.ready) return false;
  const id = '100064000000002';
  const answer = await fetch(`${target.simulator}/_control/accounts`, {
    method: 'POST',
    body: JSON.stringify({
      network: 'facebook',
      id,
      name: 'Valmeuse en direct',
      settings: { page_id: id },
      credentials: { page_access_token: 'page-token-of-the-flow', ...APP },
      traits: { redirect_uri: facebook.callback_url },
    }),
  });
  // It is there already when the flow is run again.
  assert.ok(answer.status < 500, await answer.text());
  return true;
}

/** The step at hand is open by itself. */
async function unfold(step) {
  await step.waitFor();
  if ((await step.getAttribute('aria-expanded')) === 'false') await step.click();
  await attribute(step, 'aria-expanded', 'true');
}

async function openConnect(page, target, network) {
  await page.goto(`${target.url}/channels`);
  await page.getByRole('button', { name: 'Connecter un canal' }).click();
  const dialog = page.getByRole('dialog', { name: 'Connecter un canal' });
  await dialog.getByText(network, { exact: true }).click();
  return dialog;
}

export const connectFlows = ({ signIn, byToken, compose, text, fresh, publish, withoutBarrier, noViolations }) => ({
  'the first start asks in the person’s language, and where to begin': {
    on: 'fake',
    options: { setup: true },
    run: async ({ page, target, shots }) => {
      const open = async () => {
        await page.goto(`${target.url}/setup?token=demo`);
        await page.getByLabel('Nom de la commune').waitFor();
      };
      await open();
      const checked = await withoutBarrier(page, { setup: open }, shots);
      await open();
      await ticked(page.getByRole('radio', { name: /^Commencer dans le bac à sable/ }));
      await page.getByRole('radio', { name: 'English' }).click();
      await page.getByLabel('Your name').waitFor();
      await page.getByRole('radio', { name: 'Français' }).click();
      await page.getByRole('button', { name: 'Créer la commune' }).click();
      await page.getByText('À compléter.').first().waitFor();
      return `${checked} states`;
    },
  },

  'from the first steps to a first trial that is seen in the sandbox': async ({ page, target }) => {
    await signIn(page, target);
    await asAtFirst(target);
    await page.goto(`${target.url}/welcome`);
    await heading(page, /^Premiers pas/).waitFor();
    const step = (name) => page.getByRole('heading', { level: 2 }).getByRole('button', { name });
    // Slots, by keyboard.
    await unfold(step(/Les créneaux/));
    const save = page.getByRole('button', { name: 'Enregistrer les créneaux' });
    await save.waitFor();
    const suggest = page.getByRole('button', { name: /^Proposer/ });
    if (await suggest.isVisible()) await suggest.press('Enter');
    await save.press('Enter');
    await saved(page);
    await page.reload();
    await step(/Les créneaux.*Fait/).waitFor();
    // The trial.
    await unfold(step(/Un premier essai/));
    await page.getByRole('link', { name: /^Écrire un (premier|autre) essai/ }).click();
    const words = fresh();
    await text(page).fill(words);
    await publish(page).click();
    await page.waitForURL(/\/posts\/[^/]+$/);
    const post = page.url();
    await page.goto(`${target.url}/sandbox`);
    const facebook = region(page, 'Facebook');
    // Live: nobody reloads the page.
    await facebook.getByText(words).waitFor();
    await facebook
      .getByRole('link', { name: /^Ouvrir dans Crieur.*/ })
      .first()
      .click();
    await page.waitForURL(post);
    await page.goto(`${target.url}/welcome`);
    await step(/Un premier essai.*Fait/).waitFor();
    // What is passed over stays so, and can be opened again.
    const alert = step(/L’alerte de crise/);
    if (/À faire/.test(await alert.textContent())) {
      await unfold(alert);
      await page.getByRole('button', { name: /^Passer cette étape.: L’alerte/ }).click();
      await step(/L’alerte de crise.*Passée/).waitFor();
      await page.reload();
      await step(/L’alerte de crise.*Passée/).waitFor();
    }
  },

  'a trial is erased from the sandbox, and stays among the posts': async ({ page, target }) => {
    await signIn(page, target);
    await asAtFirst(target);
    await compose(page);
    const words = fresh();
    await text(page).fill(words);
    await publish(page).click();
    await page.waitForURL(/\/posts\/[^/]+$/);
    const post = page.url();
    await page.goto(`${target.url}/sandbox`);
    await page.getByText('Rien ne quitte ce serveur.').waitFor();
    await region(page, 'Facebook').getByText(words).waitFor();
    await page.getByRole('button', { name: 'Effacer les essais…' }).click();
    const dialog = question(page);
    await dialog.getByRole('button', { name: 'Effacer les essais' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('Aucun essai pour l’instant').waitFor();
    await page.goto(post);
    await page.getByText(words).first().waitFor();
  },

  'a channel is renamed; what the network allows is unfolded': async ({ page, target }) => {
    const { call } = await openSession(target);
    const channel = await practiceChannel(call, 'facebook');
    await call('PATCH', `/channels/${channel.id}`, { name: 'Page d’essai' });
    await signIn(page, target);
    await page.goto(`${target.url}/channels`);
    const row = channelRow(page, 'Page d’essai');
    await row.getByText('Ce que permet Facebook').press('Enter');
    await row.getByText('Crieur n’en envoie pas').waitFor();
    await row.getByText(/JPEG/).waitFor();
    await row.getByRole('button', { name: 'Renommer Page d’essai' }).click();
    const dialog = page.getByRole('dialog', { name: /^Renommer/ });
    await dialog.getByLabel('Nom dans Crieur').fill('Page des travaux');
    await dialog.getByRole('button', { name: 'Renommer' }).click();
    await dialog.waitFor({ state: 'hidden' });
    const renamed = channelRow(page, 'Page des travaux');
    await renamed.getByText('Bac à sable', { exact: true }).waitFor();
    await renamed.getByRole('button', { name: /^Déconnecter/ }).click();
    const leave = question(page);
    await leave.getByText(/parutions qui y attendent sont annulées/).waitFor();
    await leave.getByRole('button', { name: 'Retour' }).click();
    await call('PATCH', `/channels/${channel.id}`, { name: channel.name });
  },

  'a practice channel becomes real, deliberately; what waited there does not leave': {
    on: 'simulator',
    run: async ({ page, target }) => {
      const { call } = await openSession(target);
      const account = await simulated(target, 'facebook');
      await withoutReal(call, 'facebook');
      const channel = await practiceChannel(call, 'facebook');
      await call('PATCH', `/channels/${channel.id}`, { name: 'Page au réel' });
      const words = `Ne doit pas partir ${Date.now()}`;
      const waiting = await call('POST', '/posts', {
        text: words,
        channels: [channel.id],
        publish: { mode: 'at', at: new Date(Date.now() + 86_400_000).toISOString() },
      });
      await signIn(page, target);
      await page.goto(`${target.url}/channels`);
      const row = channelRow(page, 'Page au réel');
      await row.getByRole('button', { name: /^Passer au réel… Page au réel/ }).click();
      const dialog = page.getByRole('alertdialog', { name: /^Passer Page au réel/ });
      await dialog.getByText(/Rien de ce qui attend dans le bac à sable ne part/).waitFor();
      await noViolations(page, 'going live');
      await byToken(page, target, dialog);
      const { kinds } = await call('GET', '/kinds');
      const facebook = kinds.find((k) => k.kind === 'facebook');
      const values = { ...account.settings, ...account.credentials };
      for (const field of [...facebook.settings, ...facebook.credentials])
        if (values[field.name]) await dialog.getByLabel(field.label, { exact: true }).fill(values[field.name]);
      const name = dialog.getByLabel(/^Pour confirmer/);
      await name.fill('autre chose');
      await dialog.getByRole('button', { name: 'Passer au réel' }).click();
      await dialog.getByText(/^Écrivez exactement/).waitFor();
      assert.equal((await call('GET', `/channels/${channel.id}`)).practice, true);
      await name.fill('Page au réel');
      await dialog.getByRole('button', { name: 'Passer au réel' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await region(page, 'Canaux réels').getByText('Page au réel', { exact: true }).waitFor();
      const after = await call('GET', `/posts/${waiting.id}`);
      assert.deepEqual(
        after.deliveries.map((d) => d.status),
        ['cancelled'],
      );
      await call('DELETE', `/channels/${channel.id}`);
      await call('POST', '/channels', { kind: 'facebook', practice: true, name: channel.name });
    },
  },

  'an account is connected on the network’s own page; refusing it there is said': {
    on: 'simulator',
    run: async ({ page, target }) => {
      const { call } = await openSession(target);
      if (!(await registered(target, call))) return 'the server has no keys of an application: codes only';
      await withoutReal(call, 'facebook');
      await signIn(page, target);
      const start = async () => {
        const dialog = await openConnect(page, target, 'Facebook');
        await dialog.getByRole('button', { name: 'Continuer sur Facebook' }).click();
        await page.getByRole('button', { name: 'Autoriser' }).waitFor();
      };
      const back = page.getByRole('dialog', { name: 'Retour de Facebook' });
      await start();
      await page.getByRole('button', { name: 'Refuser' }).click();
      await back.getByRole('alert').waitFor();
      await back
        .getByText(/Rien n’a été enregistré/)
        .first()
        .waitFor();
      await noViolations(page, 'a refusal at the network');
      await back.getByRole('button', { name: 'Recommencer sur Facebook' }).click();
      await page.getByRole('button', { name: 'Autoriser' }).click();
      await back.getByRole('radio').first().waitFor();
      await noViolations(page, 'the accounts of a network');
      await back.getByLabel('Nom dans Crieur').fill('Page reçue de Facebook');
      await back.getByRole('button', { name: 'Connecter ce compte' }).click();
      await back.waitFor({ state: 'hidden' });
      await page.waitForURL((url) => url.search === '');
      await region(page, 'Canaux réels').getByText('Page reçue de Facebook', { exact: true }).waitFor();
      await withoutReal(call, 'facebook');
    },
  },

  'an address of a connection that is over says so': async ({ page, target }) => {
    await signIn(page, target);
    await page.goto(`${target.url}/channels?flow=nothing`);
    const dialog = page.getByRole('dialog', { name: 'Connexion du canal' });
    await dialog.getByText(/terminée ou trop ancienne/).waitFor();
    await dialog.getByRole('button', { name: 'Abandonner' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.waitForURL((url) => url.search === '');
  },

  'settings are saved, and there after a reload': async ({ page, target }) => {
    await signIn(page, target);
    await page.goto(`${target.url}/settings`);
    const commune = region(page, 'Commune');
    await commune.getByLabel('Langue des publications').selectOption('de-BE');
    await commune.getByRole('button', { name: 'Enregistrer' }).click();
    await saved(page);

    const slots = region(page, 'Créneaux');
    await slots.getByRole('button', { name: 'Ajouter un créneau le dimanche' }).press('Enter');
    await slots.getByLabel('Heure, le dimanche').fill('18:40');
    await page.keyboard.press('Enter');
    await slots.getByRole('button', { name: 'Enregistrer' }).click();
    await slots.getByText('Changements non enregistrés').waitFor({ state: 'hidden' });

    const signature = region(page, 'Signature et mots-clés');
    const line = `Commune de Valmeuse ${Date.now()}`;
    await signature.getByRole('textbox', { name: 'Signature', exact: true }).fill(line);
    await signature.getByRole('button', { name: 'Ajouter un groupe' }).click();
    await signature.getByLabel('Nom du groupe').last().fill('Travaux');
    await signature.getByLabel('Mots-clés', { exact: true }).last().fill('Valmeuse, #Travaux');
    await signature.getByRole('button', { name: 'Enregistrer' }).click();
    await signature.getByText('Changements non enregistrés').waitFor({ state: 'hidden' });

    const display = region(page, 'Affichage');
    await display.getByRole('switch', { name: /^Raccourcis/ }).press('Space');
    await display.getByRole('radio', { name: 'Sombre' }).click();
    await page.reload();

    await shows(commune.getByLabel('Langue des publications'), 'de-BE');
    await slots.getByRole('button', { name: 'Retirer 18:40, le dimanche' }).waitFor();
    await shows(signature.getByRole('textbox', { name: 'Signature', exact: true }), line);
    await shows(signature.getByLabel('Mots-clés', { exact: true }).last(), '#Valmeuse #Travaux');
    await ticked(display.getByRole('switch', { name: /^Raccourcis/ }), false);
    assert.equal(await page.evaluate(() => localStorage.getItem('crieur.shortcuts')), 'off');
    await attribute(page.locator('html'), 'data-theme', 'dark');

    // As it was, for the flows that follow.
    await commune.getByLabel('Langue des publications').selectOption('fr-BE');
    await accepted(page, 'PATCH', '/commune', () => commune.getByRole('button', { name: 'Enregistrer' }).click());
    await slots.getByRole('button', { name: 'Retirer 18:40, le dimanche' }).press('Enter');
    await slots.getByRole('button', { name: 'Enregistrer' }).click();
    await signature.getByRole('button', { name: 'Supprimer le groupe 1' }).click();
    await slots.getByText('Changements non enregistrés').waitFor({ state: 'hidden' });
    await signature.getByRole('button', { name: 'Enregistrer' }).click();
    await signature.getByText('Changements non enregistrés').waitFor({ state: 'hidden' });
  },

  'the private calendar has an address that is shown once, and can be replaced and stopped': async ({
    page,
    target,
  }) => {
    const { call } = await openSession(target);
    await call('DELETE', '/calendar/feed').catch(() => {});
    await signIn(page, target);
    await page.goto(`${target.url}/settings`);
    const feed = region(page, 'Calendrier privé');
    await feed.getByRole('button', { name: 'Créer l’adresse' }).click();
    const first = await feed.locator('code').textContent();
    assert.match(first, /^https?:/);
    const answer = await fetch(first);
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /^BEGIN:VCALENDAR/);
    await page.reload();
    await feed.getByText(/^Une adresse existe/).waitFor();
    await count(feed.locator('code'), 0);
    await feed.getByRole('button', { name: 'Nouvelle adresse…' }).click();
    await question(page).getByRole('button', { name: 'Remplacer l’adresse' }).click();
    await until(async () => (await feed.locator('code').textContent()) !== first, 'the address is another');
    assert.notEqual((await fetch(first)).status, 200);
    await feed.getByRole('button', { name: 'Arrêter…' }).click();
    await question(page).getByRole('button', { name: 'Arrêter le calendrier' }).click();
    await feed.getByRole('button', { name: 'Créer l’adresse' }).waitFor();
  },

  'no barrier in channels, sandbox, first steps and settings: axe, both themes, desktop and phone; 320 px wide':
    async ({ page, target, shots }) => {
      await signIn(page, target);
      await asAtFirst(target);
      await compose(page);
      await text(page).fill(fresh());
      await publish(page).click();
      await page.waitForURL(/\/posts\/[^/]+$/);
      const states = {
        'channels-unfolded': async () => {
          await page.goto(`${target.url}/channels`);
          await page
            .getByText(/^Ce que permet/)
            .first()
            .click();
        },
        'connect-practice': async () => {
          const dialog = await openConnect(page, target, 'Facebook');
          await dialog.getByRole('radio', { name: 'Bac à sable' }).click();
          await dialog.getByRole('button', { name: 'Ajouter au bac à sable' }).waitFor();
        },
        'go-live': async () => {
          await page.goto(`${target.url}/channels`);
          await page
            .getByRole('button', { name: /^Passer au réel…/ })
            .first()
            .click();
          await question(page).waitFor();
        },
        'sandbox-full': async () => {
          await page.goto(`${target.url}/sandbox`);
          await page.getByRole('article').first().waitFor();
        },
        'welcome-slots': async () => {
          await page.goto(`${target.url}/welcome`);
          await unfold(page.getByRole('heading', { level: 2 }).getByRole('button', { name: /Les créneaux/ }));
          await page.getByRole('button', { name: 'Enregistrer les créneaux' }).waitFor();
        },
        'welcome-alert': async () => {
          await page.goto(`${target.url}/welcome`);
          await unfold(page.getByRole('heading', { level: 2 }).getByRole('button', { name: /L’alerte de crise/ }));
          await page.getByRole('link', { name: 'Faire un exercice' }).waitFor();
        },
        'settings-all': async () => {
          await page.goto(`${target.url}/settings`);
          const slots = region(page, 'Créneaux');
          await slots.getByRole('button', { name: 'Ajouter un créneau le lundi' }).click();
          await slots.getByLabel('Heure, le lundi').waitFor();
          await region(page, 'Signature et mots-clés').getByRole('button', { name: 'Ajouter un groupe' }).click();
        },
      };
      return `${await withoutBarrier(page, states, shots)} states`;
    },
});
