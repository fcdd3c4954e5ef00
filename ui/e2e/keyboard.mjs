// Whole tasks by keyboard alone, page by page: no mouse, nothing filled in or pressed by the test itself. What is prepared
// or looked up beforehand goes through the API.
import assert from 'node:assert/strict';
import { asAtFirst, openSession } from './account.mjs';
import { startSite } from './imports.mjs';
import { press, tabTo, write } from './keys.mjs';
import { publishNow, simulatedPage } from './posts.mjs';
import { attribute, becomes, count, focused, PATIENCE, question, shows, until } from './until.mjs';

const DAY_MS = 86_400_000;
const REFUSED = JSON.stringify({
  error: { message: 'Session expired', type: 'OAuthException', code: 190, error_subcode: 463 },
});

const heading = (page, name) => page.getByRole('heading', { level: 1, name });
const region = (page, name) => page.getByRole('region', { name });
const button = (within, name) => within.getByRole('button', { name });

/** Opens a page as somebody does who has the navigation under the keys. */
async function open(page, name, title = name) {
  await press(page, page.getByRole('navigation').getByRole('link', { name, exact: true }).first());
  await heading(page, title).waitFor();
}

/** Each time another picture for the library, which keeps equal ones once. */
const pictureNamed = async (page, name) => ({
  name: `${name}.png`,
  mimeType: 'image/png',
  buffer: Buffer.from(
    await page.evaluate(async (words) => {
      const canvas = new OffscreenCanvas(640, 360);
      const paper = canvas.getContext('2d');
      paper.fillStyle = 'white';
      paper.fillRect(0, 0, canvas.width, canvas.height);
      paper.fillStyle = 'black';
      paper.font = '32px sans-serif';
      paper.fillText(words, 40, 180);
      const drawn = await canvas.convertToBlob({ type: 'image/png' });
      return Array.from(new Uint8Array(await drawn.arrayBuffer()));
    }, name),
  ),
});

/** The system's own list of files is opened by a button; what is chosen there is no key of this page. */
async function chooseFile(page, opener, file) {
  const list = page.waitForEvent('filechooser');
  await press(page, opener);
  await (await list).setFiles(file);
}

/** Facebook refuses the next post, and gives it as it failed. */
async function failedPost(call, target, control, text) {
  const channel = await simulatedPage(call, target, control);
  await control(target, 'POST', 'faults', {
    network: 'facebook',
    operation: 'post',
    effect: 'status',
    status: 400,
    body: REFUSED,
  });
  const post = await publishNow(call, { text, channels: [channel.id] });
  assert.equal(post.status, 'failed');
  return { post, channel };
}

/** Goes through a group whose keys are the arrows until one of them is chosen. */
async function choose(page, group, option, key = 'ArrowRight') {
  await tabTo(page, group);
  for (let i = 0; i < 12; i++) {
    if (await option.evaluate((e) => e === document.activeElement)) {
      await page.keyboard.press('Space');
      return;
    }
    await page.keyboard.press(key);
  }
  assert.fail(`not reached by ${key}: ${option}`);
}

/** The development fake knows nothing of what these flows prepare. */
const onServer = (flows) =>
  Object.fromEntries(
    Object.entries(flows).map(([name, flow]) => {
      const run = flow.run ?? flow;
      const real = (given) => (given.target.fake ? 'needs the real server' : run(given));
      return [name, flow.run ? { ...flow, run: real } : real];
    }),
  );

export const keyboardFlows = ({ signIn, control, picture }) =>
  onServer({
    'by keys: a picture is added to the library, found, described and credited': async ({ page, target }) => {
      const { call } = await openSession(target);
      const name = `affiche-${Date.now()}`;
      await signIn(page, target);
      await open(page, 'Médiathèque');
      await chooseFile(page, button(page, 'Ajouter des images'), await pictureNamed(page, name));
      await page.getByText('Ajoutée', { exact: true }).waitFor();
      await write(page, page.getByRole('searchbox'), name);
      await page.waitForURL(/q=affiche/);
      const tile = page.getByRole('list', { name: 'Images' }).getByRole('link');
      await count(tile, 1);
      await press(page, tile);
      const dialog = page.getByRole('dialog');
      await write(page, dialog.getByRole('textbox', { name: 'Texte alternatif' }), 'Des chalets sous la neige');
      await write(page, dialog.getByRole('textbox', { name: 'Crédit' }), 'Sophie Lambert');
      const consent = dialog.getByRole('radiogroup', { name: 'Consentement des personnes' });
      await choose(page, consent, consent.getByRole('radio', { name: 'Donné' }));
      await write(page, dialog.getByRole('textbox', { name: 'Où il est conservé' }), 'Dossier marché');
      await press(page, button(dialog, 'Enregistrer'));
      await page.getByText('Image enregistrée.').waitFor();
      await dialog.waitFor({ state: 'detached' });
      await focused(tile, 'the picture that was opened has the focus again');
      const [saved] = (await call('GET', `/media?q=${name}`)).media;
      assert.deepEqual(
        [saved.alt, saved.credit, saved.consent, saved.consent_note],
        ['Des chalets sous la neige', 'Sophie Lambert', 'given', 'Dossier marché'],
      );

      // Thinking again about deleting it leads back to where one was, step by step.
      await page.keyboard.press('Enter');
      await press(page, button(dialog, 'Supprimer l’image'));
      const asked = question(page);
      await focused(button(asked, 'Retour'));
      await page.keyboard.press('Enter');
      await asked.waitFor({ state: 'detached' });
      await focused(button(dialog, 'Supprimer l’image'));
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      await focused(tile);
      await press(page, tile);
      await press(page, button(dialog, 'Supprimer l’image'));
      await press(page, button(asked, 'Supprimer l’image'));
      await page.getByText('Aucune image ne correspond.').waitFor();
      await focused(heading(page, 'Médiathèque'), 'the picture has gone: the focus is on the title');
    },

    'by keys: an account is connected with a token, checked, renamed, renewed and removed': {
      on: 'simulator',
      run: async ({ page, target }) => {
        const { call } = await openSession(target);
        await asAtFirst(target);
        const [account] = (await control(target, 'GET', 'accounts')).filter((a) => a.network === 'facebook');
        const facebook = (await call('GET', '/kinds')).kinds.find((k) => k.kind === 'facebook');
        const offersPage = (await call('GET', '/oauth')).kinds.find((k) => k.kind === 'facebook')?.ready;
        await signIn(page, target);
        await open(page, 'Canaux');
        const connect = button(page, 'Connecter un canal');
        await press(page, connect);
        const dialog = page.getByRole('dialog');
        const networks = dialog.getByRole('radiogroup', { name: 'Réseau' });
        await choose(page, networks, networks.getByRole('radio', { name: 'Facebook' }));
        const paste = async () => offersPage && press(page, button(dialog, 'Coller un jeton'));
        await paste();
        for (const field of facebook.settings)
          await write(page, dialog.getByLabel(field.label, { exact: true }), account.settings[field.name]);
        const token = async () => {
          for (const field of facebook.credentials.filter((f) => account.credentials[f.name]))
            await write(page, dialog.getByLabel(field.label, { exact: true }), account.credentials[field.name]);
        };
        await token();
        await write(page, dialog.getByLabel('Nom dans Crieur'), 'Page au clavier');
        await page.keyboard.press('Enter');
        await dialog.waitFor({ state: 'detached' });
        await focused(connect, 'the button that opened the dialog has the focus again');

        const real = region(page, 'Canaux réels').getByRole('listitem');
        const row = real.filter({ hasText: 'Page au clavier' });
        await row.getByText('Connecté', { exact: true }).waitFor();
        await press(page, button(row, /^Vérifier/));
        await page.getByText('Page au clavier fonctionne.').waitFor();

        await press(page, button(row, /^Renommer/));
        await write(page, dialog.getByLabel('Nom dans Crieur'), 'Page des travaux');
        await page.keyboard.press('Enter');
        await dialog.waitFor({ state: 'detached' });
        const renamed = real.filter({ hasText: 'Page des travaux' });
        await focused(button(renamed, /^Renommer/));

        await press(page, button(renamed, /^Renouveler/));
        await paste();
        await token();
        await press(page, button(dialog, 'Vérifier et enregistrer'));
        await page.getByText('Page des travaux est reconnecté.').waitFor();
        await dialog.waitFor({ state: 'detached' });
        await focused(button(renamed, /^Renouveler/));

        const remove = button(renamed, /^Déconnecter/);
        await press(page, remove);
        const asked = question(page);
        await focused(button(asked, 'Retour'));
        await page.keyboard.press('Escape');
        await asked.waitFor({ state: 'detached' });
        await focused(remove);
        await page.keyboard.press('Enter');
        await press(page, button(asked, 'Déconnecter le canal'));
        await page.getByText('Page des travaux est déconnecté.').waitFor();
        await renamed.waitFor({ state: 'detached' });
        await focused(heading(page, 'Canaux'), 'the channel has gone: the focus is on the title');
        const { channels } = await call('GET', '/channels');
        assert.ok(channels.every((c) => c.practice || c.kind === 'site'));
      },
    },

    'by keys: the settings of the commune, its slots, its signature and the theme': async ({ page, target }) => {
      const { call } = await openSession(target);
      await signIn(page, target);
      await open(page, 'Réglages');
      const commune = region(page, 'Commune');
      const nameIs = async (name) => {
        await write(page, commune.getByLabel('Nom de la commune'), name);
        await press(page, button(commune, 'Enregistrer'));
        await becomes(async () => (await call('GET', '/session')).commune.name, name);
      };
      await nameIs('Valmeuse-sur-Lesse');
      await page.getByRole('complementary').getByText('Valmeuse-sur-Lesse').waitFor();
      await nameIs('Valmeuse');

      const slots = region(page, 'Créneaux');
      const unsaved = (part) => part.getByText('Changements non enregistrés');
      const onSunday = async () =>
        (await call('GET', '/publishing-settings')).slots.filter((s) => s.weekday === 7).map((s) => s.at);
      const before = await onSunday();
      const add = button(slots, 'Ajouter un créneau le dimanche');
      await press(page, add);
      await focused(slots.getByLabel('Heure, le dimanche'));
      // Whether the browser counts to twelve or to twenty-four.
      await page.keyboard.type('0640AM');
      await page.keyboard.press('Enter');
      await focused(add);
      await press(page, button(slots, 'Enregistrer'));
      await unsaved(slots).waitFor({ state: 'hidden' });
      assert.deepEqual(await onSunday(), ['06:40', ...before]);
      await press(page, button(slots, 'Retirer 06:40, le dimanche'));
      await focused(add);
      await press(page, button(slots, 'Enregistrer'));
      await unsaved(slots).waitFor({ state: 'hidden' });
      assert.deepEqual(await onSunday(), before);

      const signature = region(page, 'Signature et mots-clés');
      const line = `La commune de Valmeuse, ${Date.now()}`;
      await write(page, signature.getByRole('textbox', { name: 'Signature', exact: true }), line);
      await press(page, button(signature, 'Enregistrer'));
      await unsaved(signature).waitFor({ state: 'hidden' });
      assert.equal((await call('GET', '/publishing-settings')).signature, line);

      const theme = region(page, 'Affichage').getByRole('radiogroup', { name: 'Thème' });
      await choose(page, theme, theme.getByRole('radio', { name: 'Sombre' }));
      await attribute(page.locator('html'), 'data-theme', 'dark');
      await choose(page, theme, theme.getByRole('radio', { name: 'Clair' }), 'ArrowLeft');
      await attribute(page.locator('html'), 'data-theme', 'light');
    },

    'by keys: a post that failed is found, tried again and duplicated': {
      on: 'simulator',
      run: async ({ page, target }) => {
        const { call } = await openSession(target);
        const words = `Travaux au clavier ${Date.now()}`;
        const { post, channel } = await failedPost(call, target, control, words);
        await signIn(page, target);
        await open(page, 'Publications');
        await write(page, page.getByRole('searchbox', { name: 'Chercher dans les publications' }), words);
        await page.keyboard.press('Enter');
        await page.waitForURL(/q=Travaux/);
        await press(page, page.getByRole('button', { name: /État$/ }));
        await page.getByRole('listbox').waitFor();
        const failed = page.getByRole('option', { name: 'Échec', exact: true });
        for (let i = 0; i < 8 && !(await failed.evaluate((e) => e === document.activeElement)); i++)
          await page.keyboard.press('ArrowDown');
        await focused(failed);
        await page.keyboard.press('Enter');
        await page.waitForURL(/status=failed/);
        await press(page, page.getByRole('main').getByRole('link', { name: words }));
        await heading(page, words).waitFor();
        const row = region(page, 'Canaux').getByRole('listitem').first();
        await press(page, button(row, 'Réessayer sur Facebook'));
        await row.getByText('Publié', { exact: true }).waitFor();
        await press(page, button(page, 'Dupliquer'));
        await page.waitForURL(/\/compose\?post=/);
        const text = page.getByRole('textbox', { name: 'Texte de la publication' });
        await tabTo(page, text);
        await shows(text, words);
        const copy = await call('GET', `/posts/${new URL(page.url()).searchParams.get('post')}`);
        assert.notEqual(copy.id, post.id);
        assert.deepEqual([copy.status, copy.text, copy.channels], ['draft', words, [channel.id]]);
      },
    },

    'by keys: a failure is heard of, and tried again from today': {
      on: 'simulator',
      run: async ({ page, target }) => {
        const { call } = await openSession(target);
        const words = `Avis au clavier ${Date.now()}`;
        const { post } = await failedPost(call, target, control, words);
        const told = async () => (await call('GET', '/notices')).notices.some((n) => n.post_id === post.id);
        await until(told, 'a notice is made of it', 2 * PATIENCE);
        await signIn(page, target);
        await press(page, page.getByRole('link', { name: /^Avis/ }).first());
        await heading(page, 'Avis').waitFor();
        const notice = page.getByRole('main').getByRole('listitem').filter({ hasText: words });
        await press(page, button(notice, /^J’ai lu/));
        await notice.getByText('Non lu', { exact: true }).waitFor({ state: 'detached' });
        await focused(notice.getByRole('heading'), 'the focus stays with what was read');
        await open(page, 'Aujourd’hui');
        const row = region(page, 'À traiter').getByRole('listitem').filter({ hasText: words });
        await press(page, button(row, /^Réessayer/));
        await row.getByText('Nouvel essai demandé').waitFor();
        await focused(row.getByRole('link', { name: /^Suivre/ }), 'the focus stays in the place of the button');
        await page.keyboard.press('Enter');
        await page.waitForURL(new RegExp(post.id));
        await region(page, 'Canaux').getByText('Publié', { exact: true }).waitFor();
      },
    },

    'by keys: what comes again each month: a date skipped and taken back, another moved, the end': async ({
      page,
      target,
    }) => {
      await signIn(page, target);
      const { call } = await openSession(target);
      await open(page, 'Événements');
      await press(page, page.getByRole('navigation').getByRole('link', { name: 'Informations récurrentes' }));
      await heading(page, 'Informations récurrentes').waitFor();
      await press(page, page.getByRole('link', { name: 'Nouvelle information' }));
      const own = `Marché au clavier ${Date.now()}`;
      await write(page, page.getByRole('textbox', { name: 'Nom', exact: true }), own);
      const every = page.getByLabel('Revient');
      await tabTo(page, every);
      // Each week, every other week, each month on a weekday.
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await shows(every, 'monthWeekday');
      await press(page, button(page, 'Programmer'));
      await heading(page, own).waitFor();
      await page.waitForURL(/\/recurrences\/(?!new)[^/?]+$/);
      const id = page.url().split('/').at(-1);
      const read = () => call('GET', `/recurrences/${id}`);
      const states = async () => (await read()).occurrences.map((o) => o.state === 'skipped');
      const all = (await read()).occurrences;

      const skip = button(page, /^Sauter le/).first();
      await press(page, skip);
      await page.getByText('Sautée', { exact: true }).waitFor();
      await becomes(states, [true, ...all.slice(1).map(() => false)]);
      await press(page, button(page, /^Reprendre le/));
      await page.getByText('Sautée', { exact: true }).waitFor({ state: 'detached' });
      await becomes(
        states,
        all.map(() => false),
      );

      await press(page, button(page, /^Déplacer le/).nth(1));
      const dialog = page.getByRole('dialog');
      const day = dialog.getByLabel('Nouveau jour');
      await tabTo(page, day);
      await shows(day, all[1].date);
      const next = new Date(Date.parse(all[1].date) + DAY_MS).toISOString().slice(0, 10);
      await page.keyboard.press('ArrowUp');
      const turned = await until(
        async () => (await day.inputValue()) !== all[1].date && day.inputValue(),
        'another day',
      );
      if (turned !== next) {
        // This browser asks for the month first.
        await page.keyboard.press('ArrowDown');
        await page.keyboard.press('ArrowRight');
        await page.keyboard.press('ArrowUp');
      }
      await shows(day, next);
      await press(page, button(dialog, 'Déplacer la date'));
      await dialog.waitFor({ state: 'detached' });
      await becomes(
        async () => (await read()).occurrences.map((o) => o.moved_to ?? null),
        all.map((_, i) => (i === 1 ? next : null)),
      );

      await press(page, button(page, 'Terminer…'));
      await press(page, question(page).getByRole('button', { name: 'Terminer', exact: true }));
      await page.waitForURL(/\/recurrences$/);
      assert.equal((await read()).status, 'ended');
    },

    'by keys: a source is followed, read, one of its articles kept as a draft, and the source removed': async ({
      page,
      target,
    }) => {
      const mark = Date.now();
      const site = await startSite(picture, mark);
      try {
        await signIn(page, target);
        await open(page, 'Imports');
        await press(page, page.getByRole('navigation').getByRole('link', { name: 'Sources' }));
        await heading(page, 'Sources').waitFor();
        await press(page, button(page, 'Ajouter une source'));
        const dialog = page.getByRole('dialog');
        await focused(dialog.getByLabel('Adresse'));
        await page.keyboard.type(site.url);
        await page.keyboard.press('Enter');
        await dialog.getByText(/2 articles trouvés/).waitFor();
        const name = `Bibliothèque ${mark}`;
        await write(page, dialog.getByLabel('Nom', { exact: true }), name);
        await press(page, button(dialog, 'Suivre cette source'));
        await dialog.waitFor({ state: 'detached' });
        const row = page.getByRole('article', { name });
        await press(page, button(row, /^Lire maintenant/));
        await row.getByText('Fonctionne').waitFor();
        await press(page, row.getByRole('link', { name: /^Voir les propositions/ }));
        const item = page.getByRole('article', { name: `Marché de Noël ${mark}` });
        await press(page, button(item, /^En faire une publication/));
        await press(page, button(dialog, 'Enregistrer le brouillon'));
        await dialog.waitFor({ state: 'detached' });
        await press(
          page,
          item
            .getByRole('link', { name: /^Ouvrir la publication/ })
            .or(page.getByRole('button', { name: 'Ouvrir', exact: true })),
        );
        await page.waitForURL(/\/posts\/[^/]+$/);
        await page.getByText(`Samedi, place de l’Église, numéro ${mark}`).first().waitFor();

        await open(page, 'Imports');
        await press(page, page.getByRole('navigation').getByRole('link', { name: 'Sources' }));
        await press(page, button(row, /^Retirer/));
        await press(page, question(page).getByRole('button', { name: 'Retirer' }));
        await row.waitFor({ state: 'detached' });
        await focused(heading(page, 'Sources'), 'the source has gone: the focus is on the title');
      } finally {
        site.close();
      }
    },

    'by keys: a table is chosen, tried and saved': async ({ page, target }) => {
      await signIn(page, target);
      const mark = Date.now();
      await open(page, 'Imports');
      await press(page, page.getByRole('navigation').getByRole('link', { name: 'Liste de publications' }));
      await heading(page, 'Liste de publications').waitFor();
      const table = `titre;texte;date;heure;canaux\nCollecte au clavier ${mark};Sortez les papiers.;;;\n`;
      await chooseFile(page, button(page, 'Choisir un fichier'), {
        name: 'liste.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(table),
      });
      await page.getByText(/1 ligne est prête sur 1/).waitFor();
      await press(page, button(page, 'Enregistrer 1 publication'));
      await page.getByText('1 publication enregistrée.').waitFor();
      await press(page, page.getByRole('link', { name: `Collecte au clavier ${mark}` }));
      await page.waitForURL(/\/posts\/[^/]+$/);
      await page.getByText('Sortez les papiers.').first().waitFor();
    },

    'by keys: from the channels to the sandbox, whose trials are erased': async ({ page, target }) => {
      const { call } = await openSession(target);
      const { channels } = await call('GET', '/channels');
      const ids = channels.filter((c) => c.practice).map((c) => c.id);
      const words = `Essai au clavier ${Date.now()}`;
      await publishNow(call, { text: words, channels: ids });
      await signIn(page, target);
      await open(page, 'Canaux');
      await press(page, page.getByRole('link', { name: 'Voir le bac à sable' }));
      await heading(page, 'Bac à sable').waitFor();
      await region(page, 'Facebook').getByText(words).first().waitFor();
      await press(page, button(page, 'Effacer les essais…'));
      const asked = question(page);
      await focused(button(asked, 'Retour'));
      await press(page, button(asked, 'Effacer les essais'));
      await asked.waitFor({ state: 'detached' });
      await page.getByText('Aucun essai pour l’instant').waitFor();
      await press(page, page.getByRole('link', { name: 'Écrire un premier essai' }));
      await focused(page.getByRole('textbox', { name: 'Texte de la publication' }));
    },

    'by keys: the first steps are opened, done and passed over': async ({ page, target }) => {
      await signIn(page, target);
      await open(page, 'Réglages');
      await press(page, page.getByRole('link', { name: 'Premiers pas' }));
      await heading(page, /^Premiers pas/).waitFor();
      const step = (name) => page.getByRole('heading', { level: 2 }).getByRole('button', { name });
      const unfold = async (name) => {
        await tabTo(page, step(name));
        if ((await step(name).getAttribute('aria-expanded')) === 'false') await page.keyboard.press('Enter');
        await attribute(step(name), 'aria-expanded', 'true');
      };
      await unfold(/La commune/);
      await press(page, button(page, 'Enregistrer'));
      await step(/La commune.*Fait/).waitFor();
      await unfold(/Les créneaux/);
      const propose = button(page, 'Proposer ces heures');
      await button(page, 'Enregistrer les créneaux').waitFor();
      if (await propose.isVisible()) await press(page, propose);
      await press(page, button(page, 'Enregistrer les créneaux'));
      await step(/Les créneaux.*Fait/).waitFor();
      await unfold(/L’alerte de crise/);
      const pass = button(page, /^Passer cette étape.: L’alerte/);
      await page.getByRole('link', { name: 'Faire un exercice' }).waitFor();
      if (await pass.isVisible()) {
        await press(page, pass);
        await step(/L’alerte de crise.*Passée/).waitFor();
      }
    },
  });
