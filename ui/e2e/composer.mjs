// The composer: many ways to begin, and nothing that is lost.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { openBrowser } from './browser.mjs';
import { atRest, attribute, becomes, focused, notTooWide, question, shows, until } from './until.mjs';

const PICTURE = fileURLToPath(new URL('fixtures/marche-noel.jpg', import.meta.url));
const DAY = 86_400_000;

/** Asks the server behind the page's back, as another screen of the same person. */
async function ask(page, target, method, at, data, headers = {}) {
  const { csrf_token } = await (await page.request.get(`${target.url}/api/v1/session`)).json();
  const answer = await page.request.fetch(`${target.url}/api/v1${at}`, {
    method,
    ...(data ? { data } : {}),
    headers: { 'X-CSRF-Token': csrf_token, ...headers },
  });
  assert.ok(answer.ok(), `${method} ${at}: ${answer.status()} ${await answer.text()}`);
  return answer.json();
}

/** A slot at noon and one in the evening of each day, and words that are ready. */
async function prepare(page, target) {
  const settings = await ask(page, target, 'GET', '/publishing-settings');
  const days = [1, 2, 3, 4, 5, 6, 7];
  await ask(page, target, 'PUT', '/publishing-settings', {
    ...settings,
    slots: days.flatMap((weekday) => ['12:15', '18:30'].map((at) => ({ weekday, at }))),
    signature: 'La commune de Valmeuse',
    hashtag_groups: [{ name: 'Fêtes', tags: ['#Valmeuse', '#MarchéDeNoël'] }],
  });
}

async function paste(page, words, file) {
  const bytes = [...readFileSync(file)];
  await page.evaluate(
    ([text, data]) => {
      const area = document.querySelector('textarea');
      area.focus();
      document.execCommand('insertText', false, text);
      const clipboard = new DataTransfer();
      clipboard.items.add(new File([new Uint8Array(data)], 'marche.jpg', { type: 'image/jpeg' }));
      area.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData: clipboard }));
    },
    [words, bytes],
  );
}

export function composerFlows({
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
}) {
  /** The development fake knows nothing of the plan, the library and the templates. */
  const onReal = (run) => async (flow) => (flow.target.fake ? 'left to the real Crieur' : run(flow));
  const onSimulator = (run) => ({ on: 'simulator', run });

  return {
    'composer: everywhere, with a pasted picture, in four actions': onReal(async ({ page, target }) => {
      await signIn(page, target);
      let actions = 0;
      await compose(page);
      actions++;
      await paste(page, fresh(), PICTURE);
      actions++;
      await alt(page).fill('Des chalets éclairés');
      actions++;
      const count = await chosenCount(page);
      await publish(page).click();
      actions++;
      await watchToSent(page, count);
      return `${actions} actions, ${count} channels`;
    }),

    'composer: a template is filled in and taken over': onReal(async ({ page, target }) => {
      await signIn(page, target);
      const made = await ask(page, target, 'POST', '/templates', {
        circumstance: 'practical',
        name: `Fermeture ${Date.now()}`,
        title: 'Fermeture de {lieu}',
        text: '{lieu} est fermé le {date}.',
        blanks: [
          { name: 'lieu', label: 'Lieu' },
          { name: 'date', label: 'Date' },
        ],
      });
      await compose(page);
      await page.getByRole('button', { name: 'Partir d’un modèle' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('searchbox', { name: 'Rechercher un modèle' }).fill(made.name.toUpperCase());
      await dialog.getByRole('button', { name: made.name }).click();
      await dialog.getByLabel('Lieu').fill('Le hall omnisports');
      await dialog.getByText('Reste à compléter').waitFor();
      await dialog.getByLabel('Date').fill('24 décembre');
      await dialog.getByText('Le hall omnisports est fermé le 24 décembre.').waitFor();
      await dialog.getByRole('button', { name: 'Reprendre ce texte' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await shows(text(page), 'Le hall omnisports est fermé le 24 décembre.');
      await focused(text(page));
    }),

    'composer: hashtags, an emoji and the signature are put in': onReal(async ({ page, target }) => {
      await signIn(page, target);
      await prepare(page, target);
      await compose(page);
      await text(page).fill('Marché');
      await page.getByRole('button', { name: 'Mots-dièse et signature' }).click();
      await page.getByRole('button', { name: 'Tout ajouter de Fêtes' }).click();
      await focused(text(page));
      await shows(text(page), 'Marché #Valmeuse #MarchéDeNoël ');
      await page.getByRole('button', { name: 'Emoji' }).click();
      await page.getByRole('button', { name: 'sapin' }).click();
      await page.waitForFunction(() => document.querySelector('textarea').value.endsWith('🎄'));
      await page.getByRole('button', { name: 'Mots-dièse et signature' }).click();
      await page.getByRole('button', { name: 'Ajouter à la fin du texte' }).click();
      await page.waitForFunction(() => document.querySelector('textarea').value.endsWith('La commune de Valmeuse'));
    }),

    'composer: a picture of the library comes with its description': onReal(async ({ page, target }) => {
      await signIn(page, target);
      await compose(page);
      await attach(page, PICTURE);
      await page.getByRole('button', { name: 'Cadrage de l’image 1' }).waitFor();
      await page.getByRole('button', { name: 'Retirer l’image 1' }).click();
      const { media } = await ask(page, target, 'GET', '/media?limit=1');
      await ask(page, target, 'PATCH', `/media/${media[0].id}`, { alt: 'Le marché de Noël de 2025' });
      await page.getByRole('button', { name: 'Médiathèque' }).first().click();
      const dialog = page.getByRole('dialog', { name: 'Médiathèque' });
      await dialog.getByRole('searchbox').fill('marché');
      await dialog.getByRole('button', { name: 'Le marché de Noël de 2025' }).click();
      await dialog.getByRole('button', { name: 'Ajouter 1 image' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await shows(alt(page), 'Le marché de Noël de 2025');
      await page.getByRole('button', { name: 'Retirer l’image 1' }).click();
      await page.goto(`${target.url}/compose?media=${media[0].id}`);
      await alt(page).waitFor();
      await shows(alt(page), 'Le marché de Noël de 2025');
    }),

    'composer: the next free slot is one press, and two posts within the hour are said': onReal(
      async ({ page, target }) => {
        await signIn(page, target);
        await prepare(page, target);
        await compose(page);
        const unique = `Créneau ${Date.now()}`;
        await text(page).fill(unique);
        await page.getByRole('radio', { name: 'Prochain créneau' }).click();
        await page.getByRole('button', { name: /^Programmer/ }).click();
        await page.waitForURL(/\/posts\/[^/]+$/);
        const { publish: plan } = await ask(page, target, 'GET', `/posts/${page.url().split('/').pop()}`);
        assert.match(plan.at, /T(12:15|18:30)/);

        await page.goto(
          `${target.url}/compose?at=${plan.at.slice(0, 14)}${plan.at.slice(14, 16) === '15' ? '30' : '45'}`,
        );
        await text(page).fill('Une autre annonce');
        const warning = page.getByRole('status').filter({ hasText: 'Deux publications dans l’heure' });
        await warning.getByText(unique).waitFor();
        await warning.getByRole('button', { name: /^Passer à/ }).click();
        await warning.waitFor({ state: 'hidden' });
        return plan.at;
      },
    ),

    'composer: second thoughts after « Publier maintenant »: nothing has reached the network': onSimulator(
      async ({ page, target }) => {
        await signIn(page, target);
        await composeForSimulator(page, target);
        const words = fresh();
        await text(page).fill(words);
        await publish(page).click();
        await page.waitForURL(/\/posts\/[^/]+$/);
        await page
          .getByText(/Publication dans \d+ s/)
          .first()
          .waitFor();
        await page.getByRole('button', { name: 'Annuler', exact: true }).click();
        await page.getByText('Rien n’est parti').waitFor();
        await page.getByRole('heading', { level: 1, name: 'Modifier la publication' }).waitFor();
        await shows(text(page), words);
        const post = await ask(page, target, 'GET', `/posts/${new URL(page.url()).searchParams.get('post')}`);
        assert.equal(post.status, 'draft');
        const arrived = await control(target, 'GET', 'posts?network=facebook');
        assert.equal(arrived.filter((p) => JSON.stringify(p).includes(words)).length, 0);
      },
    ),

    'composer: the browser dies while a picture is sent; text and picture come back': onReal(
      async ({ page, target }) => {
        await signIn(page, target);
        const profile = mkdtempSync(path.join(os.tmpdir(), 'crieur-e2e-'));
        const launch = async () => {
          const context = await chromium.launchPersistentContext(profile, {
            executablePath: process.env.CRIEUR_E2E_CHROMIUM ?? '/usr/bin/chromium',
            headless: true,
            args: ['--no-sandbox', '--disable-gpu'],
            locale: 'fr-BE',
            timezoneId: 'Europe/Brussels',
          });
          await context.addCookies(target.cookies);
          return { context, page: await context.newPage() };
        };
        try {
          const before = await launch();
          await before.page.goto(`${target.url}/compose`);
          await before.context.route('**/api/v1/media', () => {});
          await text(before.page).fill('À finir demain');
          await attach(before.page, PICTURE);
          await alt(before.page).fill('Des chalets');
          await before.page.getByText(/Texte gardé sur cet appareil/).waitFor();
          await before.page.waitForFunction(() =>
            Object.keys(localStorage).some((k) => localStorage[k].includes('Des chalets')),
          );
          await before.context.close();

          const after = await launch();
          await after.page.goto(`${target.url}/compose`);
          await after.page.getByText('Texte repris de cet appareil.').waitFor();
          await shows(text(after.page), 'À finir demain');
          await shows(alt(after.page), 'Des chalets');
          await after.page.getByRole('button', { name: 'Cadrage de l’image 1' }).waitFor();
          await after.page.getByRole('button', { name: 'Repartir de zéro' }).click();
          await shows(text(after.page), '');
          await after.context.close();
        } finally {
          rmSync(profile, { recursive: true, force: true });
        }
      },
    ),

    'composer: leaving keeps a draft, Ctrl+S saves and goes on, and the server may go away': onReal(
      async ({ page, context, target }) => {
        await signIn(page, target);
        await compose(page);
        const unique = `Laissé là ${Date.now()}`;
        await text(page).fill(unique);
        await page.getByRole('link', { name: 'Retour aux publications' }).click();
        await page.getByText('Votre texte est gardé comme brouillon.').waitFor();
        await page.getByRole('button', { name: 'Ouvrir', exact: true }).click();
        await page.getByRole('heading', { level: 1, name: 'Modifier la publication' }).waitFor();
        await shows(text(page), unique);

        await compose(page);
        await page.getByRole('heading', { level: 1, name: 'Nouvelle publication' }).waitFor();
        await shows(text(page), '');
        await text(page).fill(`${unique} bis`);
        await page.keyboard.press('Control+s');
        await page.waitForURL(/compose\?post=/);
        await focused(text(page), 'the writer goes on writing');
        await context.route('**/api/v1/posts/**', (route) => route.abort());
        const tried = page.waitForRequest((r) => r.method() === 'PATCH');
        await page.keyboard.press('End');
        await page.keyboard.type(', malgré la panne');
        await page.getByText(/Texte gardé sur cet appareil/).waitFor();
        await tried;
        await context.unroute('**/api/v1/posts/**');
        await page.getByText(/Brouillon enregistré à/).waitFor();
        const id = new URL(page.url()).searchParams.get('post');
        const saved = async () => {
          const post = await ask(page, target, 'GET', `/posts/${id}`);
          return [post.text, post.status];
        };
        await becomes(saved, [`${unique} bis, malgré la panne`, 'draft']);
      },
    ),

    'composer: two screens change the same draft; neither version is lost': onReal(async ({ page, target }) => {
      await signIn(page, target);
      const { channels } = await ask(page, target, 'GET', '/channels');
      for (const [choice, mineStays] of [
        ['Garder la mienne', true],
        ['Voir sa version', false],
      ]) {
        const stamp = Date.now();
        const post = await ask(
          page,
          target,
          'POST',
          '/posts',
          { text: `Au début ${stamp}`, channels: [channels[0].id], publish: { mode: 'draft' } },
          { 'Idempotency-Key': `two-${stamp}` },
        );
        await page.goto(`${target.url}/compose?post=${post.id}`);
        await text(page).waitFor();
        await ask(
          page,
          target,
          'PATCH',
          `/posts/${post.id}`,
          { text: `Autre ${stamp}` },
          { 'If-Match': `"${post.version}"` },
        );
        await text(page).fill(`Mienne ${stamp}`);
        const dialog = question(page);
        await dialog.getByText(`Autre ${stamp}`).waitFor();
        await dialog.getByRole('button', { name: choice }).click();
        await dialog.waitFor({ state: 'hidden' });
        const [stays, apart] = mineStays ? ['Mienne', 'Autre'] : ['Autre', 'Mienne'];
        await shows(text(page), `${stays} ${stamp}`);
        if (mineStays) await page.getByText(/Brouillon enregistré à/).waitFor();
        const found = async (words) =>
          (await ask(page, target, 'GET', `/posts?q=${encodeURIComponent(`${words} ${stamp}`)}`)).posts;
        const kept = await until(async () => (await found(apart)).find((p) => p.id !== post.id), 'the other is kept');
        assert.equal(kept.status, 'draft');
        await becomes(async () => (await found(stays))[0]?.id, post.id);
      }
    }),

    'composer: by keys: tabs, pictures in another order, and publishing': onReal(async ({ page, target }) => {
      await signIn(page, target);
      await compose(page);
      await text(page).fill(fresh());
      await page.keyboard.press('Control+2');
      const tabs = page.getByRole('tablist', { name: 'Texte par canal' });
      await attribute(tabs.getByRole('tab').nth(1), 'aria-selected', 'true');
      await page.keyboard.press('Control+1');
      await text(page).focus();
      const count = await chosenCount(page);
      await page.keyboard.press('Control+Enter');
      await watchToSent(page, count);
    }),

    'composer: a picture is dragged to another place': onReal(async ({ page, target }) => {
      await signIn(page, target);
      await compose(page);
      await attach(page, PICTURE, fileURLToPath(new URL('fixtures/travaux.jpg', import.meta.url)));
      await alt(page, 1).fill('première');
      await alt(page, 2).fill('seconde');
      // What is still on its way has no height yet, and would move what is dragged.
      for (const n of [1, 2]) await page.getByRole('button', { name: `Cadrage de l’image ${n}` }).waitFor();
      await atRest(page);
      const handle = page.getByRole('listitem', { name: 'Image 2' }).locator('[data-handle]');
      await handle.scrollIntoViewIfNeeded();
      await handle.hover();
      await page.mouse.down();
      const first = await page.getByRole('listitem', { name: 'Image 1' }).boundingBox();
      await page.mouse.move(first.x + 300, first.y + 20, { steps: 6 });
      await page.mouse.up();
      await shows(alt(page, 1), 'seconde');
    }),

    'composer: at 200 % nothing is cut off': onReal(async ({ target }) => {
      const browser = await openBrowser({ viewport: { width: 720, height: 450 }, deviceScaleFactor: 2 });
      try {
        const page = await browser.context.newPage();
        await signIn(page, target);
        await compose(page);
        await text(page).fill('Texte');
        await page.getByRole('radio', { name: 'Autre date' }).click();
        await page.getByRole('button', { name: /^Programmer/ }).scrollIntoViewIfNeeded();
        await notTooWide(page, 'the composer at 200 %');
      } finally {
        await browser.close();
      }
    }),

    'composer: no barrier: axe, both themes, desktop and phone; 320 px wide': onReal(
      async ({ page, target, shots }) => {
        await signIn(page, target);
        await prepare(page, target);
        const tomorrow = new Date(Date.now() + DAY).toISOString().slice(0, 10);
        const open = async (search = '') => {
          await page.goto(`${target.url}/compose${search}`);
          await text(page).waitFor();
        };
        const states = {
          'composer-new': () => open(),
          'composer-at': async () => {
            await open(`?at=${tomorrow}T12:15`);
            await page.getByRole('spinbutton').first().waitFor();
            await page.getByText('Créneaux libres').waitFor();
          },
          'composer-emoji': async () => {
            await open();
            await page.getByRole('button', { name: 'Emoji' }).click();
            await page.getByRole('button', { name: 'sapin' }).waitFor();
          },
          'composer-hashtags': async () => {
            await open();
            await page.getByRole('button', { name: 'Mots-dièse et signature' }).click();
            await page.getByRole('button', { name: '#Valmeuse' }).waitFor();
          },
          'composer-template': async () => {
            await open();
            await page.getByRole('button', { name: 'Partir d’un modèle' }).click();
            await page.getByRole('searchbox', { name: 'Rechercher un modèle' }).waitFor();
            await page.getByRole('region', { name: 'Modèles fournis' }).getByRole('button').first().click();
            await page.getByText('Texte obtenu').waitFor();
          },
          'composer-library': async () => {
            await open();
            await page.getByRole('button', { name: 'Médiathèque' }).first().click();
            await page.getByRole('dialog', { name: 'Médiathèque' }).getByRole('listitem').first().waitFor();
          },
        };
        return `${await withoutBarrier(page, states, shots)} states`;
      },
    ),
  };
}
