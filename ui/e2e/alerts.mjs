// Flows of alerts. What a person does to raise one is tried against the real server too; what needs a second person, a
// line that is cut or a network that refuses is tried on the development fake.
import assert from 'node:assert/strict';
import { DESKTOP, PHONE } from './browser.mjs';
import { tabTo } from './keys.mjs';
import { atRest, attribute, count, focused, notTooWide, question, shows } from './until.mjs';

const hold = (page, name = /^Maintenir/) => page.getByRole('button', { name });
const title = (page) => page.getByRole('textbox', { name: 'Titre' });
const alertLink = (page) => page.getByRole('link', { name: 'Alerte', exact: true }).first();
const onBoard = (page) => page.waitForURL(/\/crisis\/(?!held|history)[^/?]+$/);

async function openAlert(page) {
  await alertLink(page).click();
  await page.getByRole('heading', { level: 1, name: 'Alerte de crise' }).waitFor();
}
const choose = (page, name = 'Inondation') => page.getByText(name, { exact: true }).first().click();

/** The button says to keep on as long as it is held, and something else once it was held long enough. */
export async function heldLongEnough(page) {
  const keep = page.getByText('Ne relâchez pas…').first();
  await keep.waitFor();
  await keep.waitFor({ state: 'hidden' });
}

async function holdByMouse(page, name) {
  await hold(page, name).hover();
  await page.mouse.down();
  await heldLongEnough(page);
  await page.mouse.up();
}

async function holdByTouch(page) {
  const { x, y, width, height } = await hold(page).boundingBox();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 1 });
  await cdp.send('Input.dispatchTouchEvent', {
    type: 'touchStart',
    touchPoints: [{ x: x + width / 2, y: y + height / 2 }],
  });
  await heldLongEnough(page);
  await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await cdp.send('Emulation.setTouchEmulationEnabled', { enabled: false });
}

/** Every channel of the board has the newest message. */
async function allThere(page) {
  await page.getByRole('heading', { name: /(canaux sur \d+ ont confirmé|^Le canal a confirmé)/ }).waitFor();
  await page.waitForFunction(() => {
    const words = document.querySelector('#channels')?.textContent ?? '';
    const [there, total] = words.match(/\d+/g) ?? ['1', '1'];
    return there === total;
  });
}

/** Ends what runs, so that the next flow finds a quiet commune. */
async function end(page) {
  await page.getByRole('button', { name: /^(Fin de l’alerte|Terminer l’exercice)/ }).click();
  await holdByMouse(page);
  await page.getByRole('heading', { level: 1, name: /terminé/ }).waitFor();
}

export const alertFlows = ({ signIn, compose, text, fresh, noViolations }) => ({
  'an alert in three actions leaves everywhere; a correction in two; the end; what was paused is decided': async ({
    page,
    target,
  }) => {
    await signIn(page, target);
    // Something that waits for next year: the alert must pause it.
    await compose(page);
    const waiting = `Attend l’alerte ${Date.now()} : ${fresh()}`;
    await text(page).fill(waiting);
    await page.getByRole('radio', { name: 'Autre date' }).click();
    const year = page.getByRole('spinbutton', { name: /^année/i });
    await year.focus();
    await page.keyboard.type('2031');
    await page.getByRole('button', { name: /^Programmer/ }).click();
    await page.getByText(/Parution.*2031/).waitFor();

    const started = Date.now();
    await openAlert(page);
    await choose(page);
    await holdByMouse(page);
    await onBoard(page);
    await allThere(page);
    const took = Date.now() - started;
    const board = page.url();
    await page.getByText('Dernier message (n° 1)').waitFor();

    await page.goto(`${target.url}/posts`);
    await page.getByText('En pause (alerte)').first().waitFor();
    await page
      .getByRole('region', { name: 'État de l’installation' })
      .getByRole('link', { name: /^Ouvrir/ })
      .click();
    await page.waitForURL(board);

    await page.getByRole('button', { name: /^Fausse alerte/ }).click();
    await holdByMouse(page);
    await page.getByText('Dernier message (n° 2)').waitFor();
    await allThere(page);
    await end(page);

    await page.getByRole('link', { name: 'Décider de ce qui est en pause' }).click();
    const row = page
      .getByRole('main')
      .getByRole('listitem')
      .filter({ hasText: waiting.slice(0, 40) })
      .first();
    await row.getByRole('radio', { name: 'Reprendre' }).click();
    await page.getByRole('button', { name: /^Appliquer/ }).click();
    await question(page).getByRole('button', { name: 'Confirmer' }).click();
    await page
      .getByText(/C’est noté\./)
      .first()
      .waitFor();
    await row.waitFor({ state: 'hidden' });

    await page.goto(`${board}/log`);
    await page.getByRole('row').nth(3).waitFor();
    return `3 actions, ${took} ms`;
  },

  'an alert by keyboard alone': async ({ page, target }) => {
    await signIn(page, target);
    await tabTo(page, alertLink(page));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Alerte de crise' }).waitFor();
    await tabTo(page, page.getByRole('radiogroup', { name: /^Que se passe/ }));
    await page.keyboard.press('Space');
    await hold(page).waitFor();
    await tabTo(page, hold(page));
    await page.keyboard.press('Space');
    await page.getByText('Relâché trop tôt').first().waitFor();
    assert.match(page.url(), /\/crisis$/, 'an early release sends nothing');
    await page.keyboard.down('Space');
    await onBoard(page);
    await page.keyboard.up('Space');
    await allThere(page);
    await end(page);
  },

  'an alert in two steps, for who cannot hold': async ({ page, target }) => {
    await signIn(page, target);
    await openAlert(page);
    await choose(page);
    const other = page.getByRole('button', { name: 'Confirmer autrement, en deux étapes' });
    await other.click();
    const dialog = page.getByRole('alertdialog', { name: 'Diffuser cette alerte ?' });
    await dialog.waitFor();
    await focused(dialog.getByRole('button', { name: 'Annuler' }), 'the dialog begins with going back');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    assert.match(page.url(), /\/crisis$/);
    await other.click();
    await dialog.getByRole('button', { name: /^Diffuser/ }).click();
    await onBoard(page);
    await allThere(page);
    await end(page);
  },

  'an alert on a phone by touch, with words of one’s own that are hostile': async ({ page, target }) => {
    await signIn(page, target);
    await page.setViewportSize(PHONE);
    await page.goto(`${target.url}/crisis`);
    await choose(page, 'Autre situation');
    const hostile = `<img src=x onerror="document.title='pwned'">`;
    await title(page).fill(hostile);
    await page
      .getByRole('textbox', { name: 'Message diffusé' })
      .fill(`<script>document.title='pwned'</script> ${Date.now()}`);
    await page.getByText('Exactement ce qui partira').waitFor();
    await holdByTouch(page);
    await onBoard(page);
    await page.getByText(hostile).first().waitFor();
    await allThere(page);
    await page.goto(`${target.url}/crisis/history`);
    await page.getByRole('heading', { level: 2 }).getByText(hostile).first().waitFor();
    assert.doesNotMatch(await page.title(), /pwned/);
    await page.goto(`${target.url}/crisis`);
    await page.getByRole('link', { name: /^Ouvrir/ }).click();
    await end(page);
  },

  'a paused post gets another hour, during the alert and after it': async ({ page, target }) => {
    await signIn(page, target);
    await compose(page);
    const waiting = `Change d’heure ${Date.now()} : ${fresh()}`;
    await text(page).fill(waiting);
    await page.getByRole('radio', { name: 'Autre date' }).click();
    await page.getByRole('button', { name: /^Programmer/ }).click();
    await page.waitForURL(/\/posts\/[^/]+$/);
    const post = page.url();
    await openAlert(page);
    await choose(page);
    await holdByMouse(page);
    await onBoard(page);
    await allThere(page);
    const board = page.url();
    const row = page
      .getByRole('main')
      .getByRole('listitem')
      .filter({ hasText: waiting.slice(0, 40) })
      .first();
    const moveTo = async (year) => {
      await page.goto(`${target.url}/crisis/held`);
      await row.getByRole('button', { name: /^Déplacer/ }).click();
      const dialog = page.getByRole('dialog', { name: 'Changer l’heure' });
      await dialog.getByRole('spinbutton', { name: /^année/i }).focus();
      await page.keyboard.type(year);
      await dialog.getByRole('button', { name: 'Déplacer', exact: true }).click();
      await dialog.waitFor({ state: 'hidden' });
    };
    await moveTo('2032');
    await row.getByText(/2032/).waitFor();
    await page.goto(board);
    await end(page);
    await moveTo('2033');
    await row.waitFor({ state: 'hidden' });
    await page.goto(post);
    await page.getByText(/2033/).first().waitFor();
    await count(page.getByText('En pause (alerte)'), 0);
  },

  'a ready text becomes the commune’s own, and the log is printed without the rest': async ({ page, target }) => {
    await signIn(page, target);
    const own = `Crue de la Meuse ${Date.now()}`;
    await page.goto(`${target.url}/settings/alerts`);
    const flood = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Inondation' }) });
    await flood.getByRole('button', { name: /^Modifier/ }).click();
    await flood.getByLabel('Titre').fill(own);
    await flood.getByRole('button', { name: 'Enregistrer' }).click();
    await flood.getByText(/texte de la commune/).waitFor();
    await openAlert(page);
    await choose(page);
    await shows(title(page), own);
    await holdByMouse(page);
    await onBoard(page);
    await allThere(page);
    const board = page.url();
    await end(page);
    await page.goto(`${board}/log`);
    await page.getByRole('row').nth(3).waitFor();
    await page.emulateMedia({ media: 'print' });
    await page.getByRole('heading', { level: 2, name: own }).waitFor();
    await count(page.getByRole('navigation').filter({ visible: true }), 0);
    assert.ok((await page.pdf({ format: 'A4' })).length > 10_000);
    await page.emulateMedia({ media: 'screen' });
    await page.goto(`${target.url}/settings/alerts`);
    await flood.getByRole('button', { name: /^Modifier/ }).click();
    await flood.getByRole('button', { name: 'Revenir au texte d’origine' }).click();
    await flood
      .getByText(/texte d’origine/)
      .first()
      .waitFor();
  },

  'an alert on a phone on 3G, from a page that was never opened': async ({ page, context, target }) => {
    await signIn(page, target);
    await page.setViewportSize(PHONE);
    const cdp = await context.newCDPSession(page);
    await cdp.send('Network.enable');
    await cdp.send('Network.clearBrowserCache');
    await page.evaluate(async () => {
      for (const r of await navigator.serviceWorker.getRegistrations()) await r.unregister();
      for (const name of await caches.keys()) await caches.delete(name);
    });
    // 400 ms there and back, 400 kbit/s: what Chromium’s own tools call slow 3G.
    await cdp.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 400,
      downloadThroughput: 50_000,
      uploadThroughput: 50_000,
    });
    const started = Date.now();
    await page.goto(`${target.url}/crisis`);
    await choose(page);
    await hold(page).waitFor();
    const ready = Date.now() - started;
    await holdByTouch(page);
    await onBoard(page);
    await allThere(page);
    const took = Date.now() - started;
    await cdp.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: -1,
      uploadThroughput: -1,
    });
    await end(page);
    return `ready after ${ready} ms, everywhere after ${took} ms`;
  },

  'an exercise wears other clothes and words, and ends in a debriefing sheet': async ({ page, target }) => {
    await signIn(page, target);
    await page.goto(`${target.url}/crisis?exercise=true`);
    await choose(page);
    await page.getByRole('heading', { name: 'Ce qui va être simulé' }).waitFor();
    await attribute(page.locator('html'), 'data-skin', 'exercise');
    await page
      .getByText(/EXERCICE/)
      .nth(1)
      .waitFor();
    await holdByMouse(page, /^Maintenir pour simuler/);
    await onBoard(page);
    await page.getByRole('heading', { level: 1, name: 'Exercice en cours' }).waitFor();
    await allThere(page);
    await end(page);
    await page.getByRole('link', { name: 'Fiche de débriefing' }).click();
    await page.getByRole('heading', { level: 3, name: 'Ce qui doit changer' }).waitFor();
  },

  'the line is cut: what was typed stays, nothing is sent or queued, and the page says so': async ({
    page,
    context,
    target,
  }) => {
    await signIn(page, target);
    await openAlert(page);
    await choose(page);
    await title(page).fill('Inondation quai de la Gare');
    await page.getByText('Exactement ce qui partira').waitFor();
    await context.setOffline(true);
    await page.getByText('Pas de réseau. L’alerte n’est PAS partie.').waitFor();
    await count(hold(page), 0);
    await page.getByRole('button', { name: 'Copier le texte' }).waitFor();
    await context.setOffline(false);
    await hold(page).waitFor();
    await shows(title(page), 'Inondation quai de la Gare');
    // Cut in the very act: nobody knows, it is looked for, and found not to have left.
    await context.route('**/api/v1/broadcasts', (route) =>
      route.request().method() === 'POST' ? route.abort() : route.continue(),
    );
    await holdByMouse(page);
    await page.getByText('Vérifié : l’alerte n’est PAS partie.').waitFor();
    await context.unroute('**/api/v1/broadcasts');
    await page.reload();
    await page.getByText(/^Texte repris/).waitFor();
    await shows(title(page), 'Inondation quai de la Gare');
    await page.getByRole('button', { name: 'Repartir de zéro' }).click();
  },

  'an answer that is lost is found again: one alert, not two': {
    on: 'fake',
    options: {},
    run: async ({ page, context, target }) => {
      await signIn(page, target);
      await openAlert(page);
      await choose(page);
      await page.getByText('Exactement ce qui partira').waitFor();
      await context.route('**/api/v1/broadcasts', async (route) => {
        if (route.request().method() !== 'POST') return route.continue();
        await route.fetch();
        return route.abort();
      });
      await holdByMouse(page);
      await onBoard(page);
      await context.unroute('**/api/v1/broadcasts');
      const { broadcasts } = await (await page.request.get(`${target.url}/api/v1/broadcasts`)).json();
      assert.equal(broadcasts.length, 1);
    },
  },

  'a proof is asked for in the page, and nothing typed is lost': {
    on: 'fake',
    options: { crisis: { proof: true } },
    run: async ({ page, target }) => {
      await signIn(page, target);
      await openAlert(page);
      await choose(page);
      await title(page).fill('Inondation, quais');
      await page.getByLabel('Mot de passe').waitFor();
      await count(hold(page), 0);
      await page.getByLabel('Mot de passe').fill('faux');
      await page.getByRole('button', { name: 'Continuer' }).click();
      await page.getByText('Mot de passe incorrect.').waitFor();
      await page.getByLabel('Mot de passe').fill(target.password);
      await page.getByRole('button', { name: 'Continuer' }).click();
      await hold(page).waitFor();
      await shows(title(page), 'Inondation, quais');
    },
  },

  'a second person: the opener waits, then alone with a reason; the other confirms': {
    on: 'fake',
    options: { crisis: { secondPerson: true, alone: 5 } },
    run: async ({ page, target }) => {
      await signIn(page, target);
      await openAlert(page);
      await choose(page);
      await holdByMouse(page);
      await onBoard(page);
      await page.getByText('Rien n’est encore parti : une deuxième personne doit confirmer.').waitFor();
      await page.getByText(/Sans réponse, vous pourrez l’envoyer seul/).waitFor();
      await count(hold(page), 0);
      await page.getByLabel('Pourquoi seul').fill('Injoignables');
      await holdByMouse(page);
      await allThere(page);
      await end(page);
      const theirs = target.raiseAs('Michel Delvaux', {
        title: 'Fuite de gaz',
        message: 'Sortez et éloignez-vous.',
        severity: 'extreme',
        hazard: '',
      });
      await page.goto(`${target.url}/crisis`);
      await page.getByText(/Michel Delvaux a déjà lancé l’alerte/).waitFor();
      await count(page.getByRole('radiogroup', { name: /^Que se passe/ }), 0, 'no form beside an alert that runs');
      await page.getByRole('link', { name: /^Ouvrir et décider/ }).click();
      await page.waitForURL(new RegExp(theirs.id));
      await page.getByText(/Michel Delvaux demande votre confirmation/).waitFor();
      await holdByMouse(page, /^Maintenir pour confirmer/);
      await allThere(page);
    },
  },

  'a channel that fails says why and how to help; posted by hand it counts': {
    on: 'fake',
    options: {},
    run: async ({ page, target }) => {
      await signIn(page, target);
      await openAlert(page);
      await choose(page, 'Autre situation');
      await title(page).fill('Panne du pont [panne]');
      await page.getByRole('textbox', { name: 'Message diffusé' }).fill('Le pont est fermé.');
      await holdByMouse(page);
      await onBoard(page);
      const row = page.getByRole('main').getByRole('listitem').filter({ hasText: 'Facebook ne reconnaît plus' });
      await row.getByRole('link', { name: /^Reconnecter/ }).waitFor();
      await row.getByRole('button', { name: /^Réessayer/ }).waitFor();
      await row.getByRole('button', { name: /^Publié à la main/ }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByText(/Le pont est fermé/).waitFor();
      await dialog.getByRole('button', { name: 'C’est publié' }).click();
      await page.getByText(/à la main, Sophie Lambert/).waitFor();
      await allThere(page);
    },
  },

  'no barrier on the pages of alerts: axe, both skins, desktop and phone; 320 px wide': {
    on: 'fake',
    options: { crisis: { alone: 600 } },
    run: async ({ page, target, shots }) => {
      await signIn(page, target);
      await compose(page);
      await text(page).fill(fresh());
      await page.getByRole('radio', { name: 'Autre date' }).click();
      await page.getByRole('button', { name: /^Programmer/ }).click();
      await page.waitForURL(/\/posts\/[^/]+$/);
      let checked = 0;
      const look = async (name, open, ready) => {
        for (const [size, viewport] of [
          ['desktop', DESKTOP],
          ['phone', PHONE],
        ]) {
          await page.setViewportSize(viewport);
          await open();
          await ready().first().waitFor();
          await atRest(page);
          await page.screenshot({ path: `${shots}${name}-${size}.png` });
          await noViolations(page, `${name}, ${size}`);
          checked++;
        }
        await page.setViewportSize({ width: 320, height: 640 });
        await notTooWide(page, `${name}, at 320 px,`);
        await page.setViewportSize(DESKTOP);
      };
      const h1 = (name) => () => page.getByRole('heading', { level: 1, name });
      const ready = () => page.getByText('Exactement ce qui partira');
      for (const [skin, query] of [
        ['real', ''],
        ['exercise', '?exercise=true'],
      ]) {
        const at = `${target.url}/crisis${query}`;
        await look(
          `alert-${skin}-empty`,
          () => page.goto(at),
          () => page.getByText('Choisissez d’abord la situation'),
        );
        await look(
          `alert-${skin}`,
          async () => {
            await page.goto(at);
            const change = page.getByRole('button', { name: 'Changer' });
            await page.getByRole('radiogroup', { name: /^Que se passe/ }).waitFor();
            if (await change.isVisible()) await change.click();
            await choose(page);
          },
          ready,
        );
        await look(
          `alert-${skin}-two-step`,
          async () => {
            await page.goto(at);
            await page.getByRole('button', { name: /^Confirmer autrement/ }).click();
          },
          () => question(page),
        );
        await page.goto(at);
        await holdByMouse(page);
        await onBoard(page);
        await allThere(page);
        const board = page.url();
        await look(
          `board-${skin}`,
          () => page.goto(board),
          () => page.getByText('Dernier message (n° 1)'),
        );
        await look(
          `board-${skin}-update`,
          async () => {
            await page.goto(board);
            await page.getByRole('button', { name: 'Publier une mise à jour' }).click();
          },
          ready,
        );
        if (skin === 'real') {
          await look(
            'strip',
            () => page.goto(`${target.url}/posts`),
            () => page.getByText('Alerte en cours'),
          );
          await look(
            'running',
            () => page.goto(at),
            () => page.getByText(/déjà lancé/),
          );
        }
        await page.goto(board);
        await end(page);
        await look(`board-${skin}-ended`, () => page.goto(board), h1(/terminé/));
        await look(
          `log-${skin}`,
          () => page.goto(`${board}/log`),
          () => page.getByRole('row').nth(2),
        );
      }
      await look(
        'held',
        () => page.goto(`${target.url}/crisis/held`),
        () => page.getByRole('button', { name: /^Déplacer/ }),
      );
      await look(
        'history',
        () => page.goto(`${target.url}/crisis/history`),
        () => page.getByRole('listitem'),
      );
      await look(
        'alert-settings',
        async () => {
          await page.goto(`${target.url}/settings/alerts`);
          await page.getByRole('button', { name: /^Modifier Contacts/ }).click();
          await page.getByRole('button', { name: /^Modifier Inondation/ }).click();
        },
        () => page.getByLabel('Fausse alerte'),
      );
      return `${checked} states`;
    },
  },
});
