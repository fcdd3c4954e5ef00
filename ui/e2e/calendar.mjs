// Flows of the calendar against the real server. Posts are made through the API, so that each flow has its own month;
// a month of thousands comes from a stand-in for one answer, as the pages are measured there and not the server.
import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { DESKTOP, PHONE } from './browser.mjs';
import { becomes, count, focused, until } from './until.mjs';

/** Far enough that nothing leaves. The same weekdays each year are not needed. */
const YEAR = new Date().getFullYear() + 2;
const DAY_MS = 86_400_000;
const pad = (n) => String(n).padStart(2, '0');
const inMonth = (month, day) => `${YEAR}-${pad(month)}-${pad(day)}`;
const yesterday = () => new Date(Date.now() - DAY_MS).toISOString().slice(0, 10);

/** Asks the API as the page does. */
const api = (page, method, path, body) =>
  page.evaluate(
    async ([how, at, what]) => {
      const session = await (await fetch('/api/v1/session')).json();
      const answer = await fetch(`/api/v1${at}`, {
        method: how,
        headers: {
          'Content-Type': 'application/json',
          'X-CSRF-Token': session.csrf_token,
          'Idempotency-Key': `e2e-${Math.random()}`,
        },
        ...(what ? { body: JSON.stringify(what) } : {}),
      });
      const read = await answer.json();
      if (!answer.ok) throw new Error(`${how} ${at}: ${answer.status} ${JSON.stringify(read)}`);
      return read;
    },
    [method, path, body ?? null],
  );

async function makePost(page, title, publish) {
  const { channels } = await api(page, 'GET', '/channels');
  const chosen = channels.filter((c) => c.practice).map((c) => c.id);
  return api(page, 'POST', '/posts', {
    title,
    text: `${title}. Numéro ${Date.now()}.`,
    channels: chosen.slice(0, 2),
    publish,
  });
}
const at = (wall) => ({ mode: 'at', at: wall });

const chip = (page, post) => page.locator(`a[data-post="${post.id}"]`);
const cell = (page, day) => page.locator(`[role=gridcell][data-day="${day}"]`);
const inCell = (page, post, day) => cell(page, day).locator(`a[data-post="${post.id}"]`);
const dueOf = async (page, post) => (await api(page, 'GET', `/posts/${post.id}`)).publish.due_at;
const undoing = (page) => page.getByRole('button', { name: 'Annuler', exact: true }).first();

async function open(page, target, search) {
  await page.goto(`${target.url}/calendar?${search}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
}

/** Waits until the server has it, not only the page. */
function waitForDue(page, post, wall) {
  const here = async () => {
    const due = await dueOf(page, post);
    return due && new Date(due).toLocaleString('sv-SE', { timeZone: 'Europe/Brussels' }).slice(0, 16).replace(' ', 'T');
  };
  return becomes(here, wall, `when ${post.title} is due`);
}

/** A month of thousands of posts, as the server would tell it. */
function thousands(from, to, count) {
  const first = Date.parse(`${from}T06:00:00Z`);
  const span = Date.parse(`${to}T06:00:00Z`) - first;
  return {
    zone: 'Europe/Brussels',
    slots: [],
    holidays: [],
    events: [],
    entries: Array.from({ length: count }, (_, i) => ({
      post_id: `many-${from}-${i}`,
      version: 1,
      title: `Publication ${i} : travaux, agenda et vie communale`,
      text: 'Texte de la publication.',
      status: 'scheduled',
      at: new Date(first + Math.floor((span * i) / count / 900_000) * 900_000).toISOString(),
      category: '',
      channels: [{ channel_id: 'c', kind: i % 2 ? 'facebook' : 'x', status: 'scheduled' }],
      image_id: null,
      locked: null,
    })),
  };
}

const onServer = (flows) =>
  Object.fromEntries(
    Object.entries(flows).map(([name, run]) => [
      name,
      (given) => (given.target.fake ? 'needs the real server' : run(given)),
    ]),
  );

export const calendarFlows = ({ signIn, noViolations, withoutBarrier }) =>
  onServer({
    'calendar: a post is moved by mouse, by Alt and arrows, and in the dialog; and back': async ({ page, target }) => {
      await signIn(page, target);
      const post = await makePost(page, 'Collecte des encombrants', at(`${inMonth(6, 13)}T12:15`));
      await open(page, target, `date=${inMonth(6, 13)}`);
      await chip(page, post).waitFor();
      await page.getByText('heures de Bruxelles (Europe/Brussels)').waitFor();

      await page.dragAndDrop(`a[data-post="${post.id}"]`, `[role=gridcell][data-day="${inMonth(6, 15)}"]`);
      await inCell(page, post, inMonth(6, 15)).waitFor();
      await page
        .getByText(/déplacé au .*12:15/)
        .first()
        .waitFor();
      // Whoever points at what is said has time to read it.
      await undoing(page).hover();
      await waitForDue(page, post, `${inMonth(6, 15)}T12:15`);
      await undoing(page).click();
      await inCell(page, post, inMonth(6, 13)).waitFor();
      await waitForDue(page, post, `${inMonth(6, 13)}T12:15`);

      await chip(page, post).focus();
      await page.keyboard.press('Alt+ArrowRight');
      await page.keyboard.press('Alt+ArrowDown');
      await inCell(page, post, inMonth(6, 21)).waitFor();
      await waitForDue(page, post, `${inMonth(6, 21)}T12:15`);
      await focused(chip(page, post), 'the focus stays on the post');

      await page.keyboard.press('Enter');
      const card = page.getByRole('dialog', { name: 'Collecte des encombrants' });
      await card.getByRole('button', { name: 'Déplacer…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Déplacer la publication' });
      const day = dialog.getByRole('spinbutton', { name: /^jour/i });
      await day.focus();
      await page.keyboard.type('24');
      await dialog.getByRole('button', { name: 'Déplacer', exact: true }).click();
      await inCell(page, post, inMonth(6, 24)).waitFor();
      await waitForDue(page, post, `${inMonth(6, 24)}T12:15`);
      await focused(chip(page, post), 'the focus comes back');
    },

    'calendar: somebody else was faster; the page says so and shows it': async ({ page, target }) => {
      await signIn(page, target);
      const post = await makePost(page, 'Enquête publique', at(`${inMonth(3, 8)}T09:00`));
      await open(page, target, `date=${inMonth(3, 8)}`);
      await chip(page, post).waitFor();
      // The page is told nothing of the change.
      await page.route('**/api/v1/calendar?*', (route) => route.abort());
      await page.evaluate(
        async ([id, version]) => {
          const { csrf_token } = await (await fetch('/api/v1/session')).json();
          await fetch(`/api/v1/posts/${id}`, {
            method: 'PATCH',
            headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrf_token, 'If-Match': `"${version}"` },
            body: JSON.stringify({ title: 'Enquête publique : prolongée' }),
          });
        },
        [post.id, post.version],
      );
      await page.unroute('**/api/v1/calendar?*');
      const stale = await api(page, 'GET', `/posts/${post.id}`);
      assert.notEqual(stale.version, post.version);
      await page.route(`**/api/v1/posts/${post.id}`, (route) =>
        route.request().method() === 'PATCH'
          ? route.continue({ headers: { ...route.request().headers(), 'if-match': `"${post.version}"` } })
          : route.continue(),
      );
      await chip(page, post).focus();
      await page.keyboard.press('Alt+ArrowRight');
      await page.getByRole('alert').filter({ hasText: 'Quelqu’un vient de la modifier' }).waitFor();
      await inCell(page, post, inMonth(3, 8)).waitFor();
    },

    'calendar: a draft gets an hour by its button; a past day refuses it': async ({ page, target }) => {
      await signIn(page, target);
      const title = `Portrait du service population ${Date.now()}`;
      const draft = await makePost(page, title, { mode: 'draft' });
      await open(page, target, `date=${yesterday()}`);
      const card = page.locator(`li[data-post="${draft.id}"]`);
      await card.waitFor();
      await page.dragAndDrop(`li[data-post="${draft.id}"]`, `[role=gridcell][data-day="${yesterday()}"]`);
      await page.getByText('Ce jour est passé').first().waitFor();
      assert.equal(await dueOf(page, draft), null);
      await page.getByRole('button', { name: `Planifier « ${title} »` }).click();
      const dialog = page.getByRole('dialog', { name: 'Planifier la publication' });
      await dialog.getByRole('spinbutton', { name: /^année/i }).focus();
      await page.keyboard.type(String(YEAR));
      await dialog.getByRole('button', { name: 'Planifier', exact: true }).click();
      await card.waitFor({ state: 'detached' });
      assert.match(await until(() => dueOf(page, draft), 'the draft is due'), new RegExp(`^${YEAR}`));
    },

    'calendar: what is out says why it stays, and can be duplicated': async ({ page, target }) => {
      await signIn(page, target);
      const post = await makePost(page, 'Travaux rue de la Station', { mode: 'now' });
      await becomes(async () => (await api(page, 'GET', `/posts/${post.id}`)).status, 'published', 'the post');
      await open(page, target, 'view=list');
      await chip(page, post).click();
      const card = page.getByRole('dialog');
      await card.getByText(/elle ne se déplace plus/).waitFor();
      await count(card.getByRole('button', { name: 'Déplacer…' }), 0);
      await card.getByRole('button', { name: 'Dupliquer' }).click();
      await page.getByText('Copie enregistrée dans « À planifier ».').waitFor();
      await open(page, target, '');
      await page.keyboard.press('Escape');
    },

    'calendar: keys turn pages and change views; week and list show the same post': async ({ page, target }) => {
      await signIn(page, target);
      const post = await makePost(page, 'Conseil communal', at(`${inMonth(9, 14)}T20:00`));
      await open(page, target, `date=${inMonth(9, 14)}`);
      await chip(page, post).focus();
      await page.keyboard.press('Escape');
      await page.keyboard.press('s');
      await page.waitForURL(/view=week/);
      await chip(page, post).waitFor();
      await page.keyboard.press('l');
      await page.waitForURL(/view=list/);
      await chip(page, post).waitFor();
      await page.keyboard.press('m');
      await page.waitForURL((url) => !url.search.includes('view='));
      await cell(page, inMonth(9, 14)).focus();
      await page.keyboard.press('ArrowRight');
      await focused(cell(page, inMonth(9, 15)));
      await page.keyboard.press('PageDown');
      await focused(cell(page, inMonth(10, 15)));
      await page.getByRole('heading', { level: 1, name: `Octobre ${YEAR}` }).waitFor();
    },

    'calendar: on a phone, a day, its posts, and the dialog to move them': async ({ page, target }) => {
      await signIn(page, target);
      const post = await makePost(page, 'Atelier compost', at(`${inMonth(4, 11)}T17:00`));
      await page.setViewportSize(PHONE);
      await open(page, target, `date=${inMonth(4, 3)}`);
      await cell(page, inMonth(4, 11)).click();
      await chip(page, post).click();
      const sheet = page.getByRole('dialog', { name: 'Atelier compost' });
      await sheet.getByRole('button', { name: 'Déplacer…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Déplacer la publication' });
      await dialog.getByRole('spinbutton', { name: /^jour/i }).focus();
      await page.keyboard.type('18');
      await dialog.getByRole('button', { name: 'Déplacer', exact: true }).click();
      await waitForDue(page, post, `${inMonth(4, 18)}T17:00`);
      await page.setViewportSize(DESKTOP);
    },

    'calendar: two thousand posts in a month': async ({ page, target }) => {
      await signIn(page, target);
      await page.route('**/api/v1/calendar?*', (route) => {
        const url = new URL(route.request().url());
        return route.fulfill({ json: thousands(url.searchParams.get('from'), url.searchParams.get('to'), 2_000) });
      });
      await page.route('**/api/v1/posts/many-*', async (route) => {
        if (route.request().method() !== 'PATCH')
          return route.fulfill({ status: 404, json: { code: 'not_found', detail: 'Introuvable.' } });
        await route.fulfill({ json: { version: 2 } });
      });
      await page.addInitScript(() => {
        window.longTasks = [];
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) window.longTasks.push(Math.round(entry.duration));
        }).observe({ type: 'longtask', buffered: true });
      });
      await open(page, target, `date=${inMonth(6, 14)}`);
      await page.locator('a[data-post]').first().waitFor();
      const drawn = await page.locator('a[data-post]').count();
      assert.ok(drawn < 200, `${drawn} posts are drawn where a month has room for three a day`);
      await page
        .getByText(/^\+ \d+ autres$/)
        .first()
        .waitFor();
      const during = async (act) => {
        await page.evaluate(() => {
          window.longTasks.length = 0;
          window.frames_ = 0;
          window.counting = true;
          const count = () => {
            window.frames_++;
            if (window.counting) requestAnimationFrame(count);
          };
          requestAnimationFrame(count);
        });
        const started = Date.now();
        await act();
        const ms = Date.now() - started;
        return page.evaluate((spent) => {
          window.counting = false;
          const longest = Math.max(0, ...window.longTasks);
          return `${window.longTasks.length} long tasks, longest ${longest} ms, ${Math.round((window.frames_ * 1000) / spent)} frames/s`;
        }, ms);
      };
      const paging = await during(async () => {
        for (const [month, name] of [
          [7, 'Juillet'],
          [8, 'Août'],
          [9, 'Septembre'],
        ]) {
          await page.getByRole('button', { name: 'Suivant' }).click();
          await page.getByRole('heading', { level: 1, name: `${name} ${YEAR}` }).waitFor();
          await cell(page, inMonth(month, 14)).locator('a[data-post]').first().waitFor();
        }
      });
      const first = cell(page, inMonth(9, 13)).locator('a[data-post]').first();
      const id = await first.getAttribute('data-post');
      await first.focus();
      const moving = await during(async () => {
        for (let i = 0; i < 5; i++) await page.keyboard.press('Alt+ArrowRight');
        await cell(page, inMonth(9, 18)).locator(`a[data-post="${id}"]`).waitFor();
      });
      const arrows = await during(async () => {
        await cell(page, inMonth(9, 13)).focus();
        for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowRight');
        await focused(cell(page, inMonth(9, 23)));
      });
      return `paging: ${paging}; moving: ${moving}; arrows: ${arrows}`;
    },

    'calendar: no barrier in any view; nothing too wide at 200 %': async ({ page, target, shots }) => {
      await signIn(page, target);
      const month = inMonth(5, 16);
      await makePost(page, 'Enquête publique : rue du Moulin', at(`${month}T17:00`));
      await makePost(page, 'Atelier compost à la bibliothèque', at(`${month}T12:15`));
      const post = await makePost(page, 'Collecte des encombrants', at(`${inMonth(5, 17)}T08:00`));
      const checked = await withoutBarrier(
        page,
        {
          'calendar-month': () => open(page, target, `date=${month}`),
          'calendar-week': () => open(page, target, `view=week&date=${month}`),
          'calendar-list': () => open(page, target, `view=list&date=${month}`),
          'calendar-card': async () => {
            await open(page, target, `view=list&date=${month}`);
            await chip(page, post).click();
            await page.getByRole('dialog').waitFor();
          },
          'calendar-move': async () => {
            await open(page, target, `view=list&date=${month}`);
            await page.getByRole('button', { name: 'Déplacer « Collecte des encombrants »' }).first().click();
            await page.getByRole('dialog').getByRole('spinbutton').first().waitFor();
          },
        },
        shots,
      );
      // 1440 px at 200 %.
      await page.setViewportSize({ width: 720, height: 450 });
      for (const view of ['month', 'week', 'list']) {
        await open(page, target, `view=${view}&date=${month}`);
        await noViolations(page, `calendar ${view} at 200 %`);
      }
      await page.setViewportSize(DESKTOP);
      return `${checked + 3} states`;
    },

    'calendar: names begin with what is seen': async ({ page, target }) => {
      await signIn(page, target);
      const day = inMonth(2, 16);
      await makePost(page, 'Petit-déjeuner à la ferme', at(`${day}T08:30`));
      await open(page, target, `date=${day}`);
      await page.getByRole('gridcell', { name: new RegExp(`^16 février ${YEAR}, .+, 1 publication`) }).waitFor();
      await page.getByRole('link', { name: /^08:30 Petit-déjeuner à la ferme\s?, Programmé, .*16 février/ }).waitFor();
      const NAMES = 'label-content-name-mismatch';
      for (const size of [DESKTOP, PHONE]) {
        await page.setViewportSize(size);
        for (const view of ['month', 'week', 'list']) {
          await open(page, target, `view=${view}&date=${day}`);
          await page.getByText('Petit-déjeuner à la ferme').first().waitFor({ state: 'attached' });
          const { violations } = await new AxeBuilder({ page })
            .include('#main')
            .options({ runOnly: [NAMES], rules: { [NAMES]: { enabled: true } } })
            .analyze();
          assert.deepEqual(
            violations.flatMap((v) => v.nodes.map((n) => n.html)),
            [],
            `${view} at ${size.width} px`,
          );
        }
      }
      await page.setViewportSize(DESKTOP);
    },

    'calendar: colours by channel, in the address': async ({ page, target, shots }) => {
      await signIn(page, target);
      const day = inMonth(8, 16);
      const { channels } = await api(page, 'GET', '/channels');
      for (const [n, channel] of channels.filter((c) => c.practice).entries())
        await api(page, 'POST', '/posts', {
          title: `Pour ${channel.name}`,
          text: `Pour un canal seulement. Numéro ${Date.now()}.`,
          channels: [channel.id],
          publish: at(`${day}T${pad(9 + n)}:00`),
        });
      await makePost(page, 'Pour deux canaux', at(`${inMonth(8, 17)}T12:15`));
      await open(page, target, `date=${day}`);
      const colours = page.getByRole('radiogroup', { name: 'Couleurs' });
      await colours.getByRole('radio', { name: 'Canal' }).click();
      await page.waitForURL(/colours=channel/);
      const legend = page.getByRole('list').filter({ hasText: 'Facebook' }).first();
      await legend.getByText('X', { exact: true }).waitFor();
      const states = Object.fromEntries(
        ['month', 'week', 'list'].map((view) => [
          `calendar-colours-${view}`,
          async () => {
            await open(page, target, `colours=channel&view=${view}&date=${day}`);
            await colours.getByRole('radio', { name: 'Canal', checked: true }).waitFor();
            await page.getByText('Pour deux canaux').first().waitFor({ state: 'attached' });
          },
        ]),
      );
      const checked = await withoutBarrier(page, states, shots);
      await open(page, target, `colours=channel&date=${day}`);
      await colours.getByRole('radio', { name: 'Statut' }).click();
      await page.waitForURL((url) => !url.search.includes('colours'));
      return `${checked} states`;
    },

    'calendar: several posts are moved, made drafts and cancelled in the list': async ({ page, target, shots }) => {
      await signIn(page, target);
      const day = (n) => inMonth(10, n);
      const [first, second, third, fourth] = await Promise.all(
        [5, 6, 7, 9].map((n) => makePost(page, `Quinzaine ${n}`, at(`${day(n)}T12:15`))),
      );
      // It cannot be moved any more, and says so.
      await api(page, 'POST', `/posts/${third.id}/cancel`);
      await open(page, target, `view=list&date=${day(5)}`);
      const box = (post) => page.locator(`input[data-choose="${post.id}"]`);
      const bar = page.getByRole('region', { name: 'Actions sur les publications choisies' });
      await box(first).click();
      await bar.getByText('1 publication choisie').waitFor();
      await box(third).click({ modifiers: ['Shift'] });
      await bar.getByText('3 publications choisies').waitFor();
      await page.screenshot({ path: `${shots}calendar-bulk-bar.png` });

      await bar.getByRole('button', { name: 'Déplacer…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Déplacer 3 publications' });
      await dialog.getByLabel('De combien de jours').fill('3');
      await dialog.getByRole('button', { name: 'Déplacer', exact: true }).click();
      await bar.getByRole('heading', { name: '2 publications déplacées. 1 est restée telle quelle.' }).waitFor();
      await bar.getByText('déjà annulée').waitFor();
      await waitForDue(page, first, `${day(8)}T12:15`);
      await waitForDue(page, second, `${day(9)}T12:15`);
      await page.screenshot({ path: `${shots}calendar-bulk-result.png` });
      await noViolations(page, 'calendar, several moved');
      await bar.getByRole('button', { name: 'Annuler', exact: true }).click();
      await bar.getByRole('heading', { name: '2 publications remises comme avant.' }).waitFor();
      await waitForDue(page, first, `${day(5)}T12:15`);
      await waitForDue(page, second, `${day(6)}T12:15`);
      await bar.getByRole('button', { name: 'Fermer' }).click();

      // By keys alone: the box, then with Shift down to the next one.
      await bar.getByRole('button', { name: 'Ne plus rien choisir' }).click();
      await bar.waitFor({ state: 'detached' });
      await box(first).focus();
      await page.keyboard.press('Space');
      await page.keyboard.press('Shift+ArrowDown');
      await bar.getByText('2 publications choisies').waitFor();
      await bar.getByRole('button', { name: 'Remettre en brouillon' }).click();
      await bar.getByRole('heading', { name: '2 publications remises en brouillon.' }).waitFor();
      assert.equal((await api(page, 'GET', `/posts/${first.id}`)).status, 'draft');
      await bar.getByRole('button', { name: 'Annuler', exact: true }).click();
      await bar.getByRole('heading', { name: '2 publications remises comme avant.' }).waitFor();
      assert.equal((await api(page, 'GET', `/posts/${first.id}`)).status, 'scheduled');

      await box(second).focus();
      await page.keyboard.press('Space');
      await box(fourth).focus();
      await page.keyboard.press('Shift+Space');
      await bar.getByText('3 publications choisies').waitFor();
      await bar.getByRole('button', { name: 'Annuler les publications…' }).click();
      const asked = page.getByRole('alertdialog', { name: /Annuler 3 publications/ });
      await asked.getByRole('button', { name: 'Annuler les publications' }).click();
      await bar.getByRole('heading', { name: '2 publications annulées. 1 est restée telle quelle.' }).waitFor();
      for (const post of [second, fourth])
        assert.equal((await api(page, 'GET', `/posts/${post.id}`)).status, 'cancelled');
      assert.equal((await api(page, 'GET', `/posts/${first.id}`)).status, 'scheduled');

      await page.setViewportSize(PHONE);
      await open(page, target, `view=list&date=${day(5)}`);
      await box(first).click();
      await bar.getByText('1 publication choisie').waitFor();
      await page.screenshot({ path: `${shots}calendar-bulk-phone.png` });
      await noViolations(page, 'calendar, one chosen on a phone');
      await page.setViewportSize(DESKTOP);
    },

    'calendar: a message of an alert leads to its board': async ({ page, target }) => {
      await signIn(page, target);
      const post = await makePost(page, 'Eau non potable : rue Haute', { mode: 'now' });
      // As the server tells it of an alert's message; a real alert would hold the posts of the other flows.
      const told = (one) => ({ ...one, broadcast_id: 'alert-of-this-flow' });
      await page.route(`**/api/v1/posts/${post.id}`, async (route) => {
        const answer = await route.fetch();
        return route.fulfill({ response: answer, json: told(await answer.json()) });
      });
      await page.route('**/api/v1/calendar?*', async (route) => {
        const answer = await route.fetch();
        const days = await answer.json();
        const entries = days.entries.map((e) => (e.post_id === post.id ? { ...told(e), locked: 'alert' } : e));
        return route.fulfill({ response: answer, json: { ...days, entries } });
      });
      await page.goto(`${target.url}/posts/${post.id}`);
      const board = page.getByRole('link', { name: 'Ouvrir le tableau de l’alerte' });
      await board.waitFor();
      assert.equal(await board.getAttribute('href'), '/crisis/alert-of-this-flow');
      await page.getByText('Publié', { exact: true }).first().waitFor();
      assert.equal(await page.getByRole('button', { name: /^(Corriger|Retirer|Dupliquer|Annuler)/ }).count(), 0);

      await open(page, target, 'view=list');
      await chip(page, post).click();
      const card = page.getByRole('dialog', { name: 'Eau non potable : rue Haute' });
      await card.getByRole('link', { name: 'Ouvrir le tableau de l’alerte' }).waitFor();
      assert.equal(await card.getByRole('button', { name: /^(Dupliquer|Annuler|Déplacer)/ }).count(), 0);
    },
  });
