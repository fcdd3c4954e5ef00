// Flows of events and of what comes again, against the real server and its practice networks. What needs weeks to pass
// is tried with a clock that a test sets: internal/e2e/eventclerk_test.go.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { asAtFirst, openSession } from './account.mjs';
import { press, tabTo } from './keys.mjs';
import { becomes, count, question, shows, until } from './until.mjs';

const POSTER = fileURLToPath(new URL('fixtures/marche-noel.jpg', import.meta.url));
const YEAR = new Date().getFullYear() + 3;

async function announce(page, target, name, day = `${YEAR}-06-14`) {
  await page.goto(`${target.url}/events/new`);
  await page.getByRole('textbox', { name: 'Nom', exact: true }).first().fill(name);
  await page.getByLabel('Jour', { exact: true }).fill(day);
  await page.getByLabel('De', { exact: true }).fill('09:00');
  await page.getByLabel('À', { exact: true }).fill('18:00');
  await page.getByRole('textbox', { name: 'Lieu' }).fill('Place du Marché');
}

const schedule = (page) => page.getByRole('button', { name: /^Programmer la série/ });
const onEvent = (page) => page.waitForURL(/\/events\/(?!new)[^/?]+$/);
const series = (page) => page.getByRole('article');

async function api(page, path) {
  return page.evaluate(async (at) => (await fetch(`/api/v1${at}`)).json(), path);
}

const HEAD = 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Intercommunale//FR\r\nX-WR-CALNAME:Collectes\r\n';

const DAY_MS = 86_400_000;

/** Every other week of a year, as an intercommunal company hands them out. */
function wasteYear() {
  const events = [];
  for (let week = 0; week < 26; week++) {
    const day = new Date(Date.now() + (week * 14 + 2) * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
    events.push(
      `BEGIN:VEVENT\r\nUID:${day}@collecte\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;VALUE=DATE:${day}\r\nSUMMARY:${week % 2 ? 'PMC' : 'Papiers-cartons'} ${Date.now()}\r\nEND:VEVENT\r\n`,
    );
  }
  return `${HEAD}${events.join('')}END:VCALENDAR\r\n`;
}

/** The development fake knows nothing of series. */
const onServer = (flows) =>
  Object.fromEntries(
    Object.entries(flows).map(([name, run]) => [
      name,
      (given) => (given.target.fake ? 'needs the real server' : run(given)),
    ]),
  );

export const eventFlows = ({ signIn, withoutBarrier }) =>
  onServer({
    'an event in three actions: its series is planned, edited, postponed and cancelled': async ({ page, target }) => {
      await signIn(page, target);
      await asAtFirst(target);
      const name = `Brocante ${Date.now()}`;
      await announce(page, target, name);
      await page.locator('input[type=file]').first().setInputFiles(POSTER);
      await page.getByRole('textbox', { name: 'Texte alternatif' }).fill('L’affiche de la brocante');
      // An event is not announced before its poster is there.
      await page.getByRole('progressbar').waitFor({ state: 'detached' });
      await page.getByText('La série, 5 annonces').waitFor();
      await page.locator('label', { has: page.getByRole('switch', { name: 'Publier l’annonce J+1' }) }).click();
      await page.getByText('La série, 4 annonces').waitFor();
      await page
        .getByRole('button', { name: /^Textes par réseau/ })
        .first()
        .click();
      const texts = page.getByRole('dialog');
      await count(texts.getByRole('listitem'), 3, 'one text for each practice channel');
      await page.keyboard.press('Escape');
      await texts.waitFor({ state: 'detached' });
      await schedule(page).click();
      await onEvent(page);
      await count(series(page), 4);
      const id = page.url().split('/').at(-1);
      const planned = await api(page, `/events/${id}`);
      assert.ok(planned.announcements.every((a) => a.status === 'scheduled' && a.deliveries.length === 3));
      const days = await api(page, `/calendar?from=${YEAR}-05-25&to=${YEAR}-06-20`);
      for (const a of planned.announcements) assert.ok(JSON.stringify(days).includes(a.id), 'the calendar shows it');

      // One text, with its blanks, so that it follows what changes later.
      await page.getByRole('button', { name: 'Modifier l’annonce J-7', exact: true }).click();
      await page.getByLabel('Texte', { exact: true }).selectOption({ label: 'Mon propre texte' });
      await page.getByRole('textbox', { name: 'Texte de l’annonce' }).fill('{Compte} : {titre}, {date}. Venez à pied.');
      await page.getByRole('button', { name: 'Reprendre' }).click();
      await page.getByRole('button', { name: 'Enregistrer…' }).click();
      await page.getByRole('dialog').getByText('Récrite').first().waitFor();
      await page.getByRole('button', { name: 'Enregistrer les changements' }).click();
      await series(page).getByText('Venez à pied.').waitFor();

      await page.getByRole('button', { name: 'Reporter…' }).click();
      await page.getByLabel('Nouveau jour').fill(`${YEAR}-06-28`);
      await page.getByRole('dialog').getByText('Déplacée').nth(3).waitFor();
      await page.getByRole('button', { name: 'Reporter l’événement' }).click();
      await page.getByRole('main').getByText('Nouvelle date', { exact: true }).first().waitFor();
      const moved = await api(page, `/events/${id}`);
      assert.equal(moved.starts_at, `${YEAR}-06-28T09:00`);
      assert.match(moved.announcements.find((a) => a.series.step === 'd7').text, /28.juin/);

      await page.getByRole('button', { name: 'Annuler l’événement…' }).click();
      await page.getByRole('textbox', { name: 'Raison' }).fill('Avis de tempête.');
      await page.getByRole('dialog').getByText('Avis de tempête.').waitFor();
      await page.getByRole('button', { name: 'Annuler l’événement', exact: true }).click();
      await page.getByRole('main').getByText('Annulé', { exact: true }).first().waitFor();
      await until(async () => {
        const { announcements } = await api(page, `/events/${id}`);
        return announcements.filter((a) => !a.series.step.startsWith('notice')).every((a) => a.status === 'cancelled');
      }, 'nothing of its series waits any more');
      await page.goto(`${target.url}/events?q=${encodeURIComponent(name)}`);
      await page.getByRole('link', { name }).waitFor();
    },

    'somebody else changed the event meanwhile: it is said, and nothing is lost': async ({ page, target, context }) => {
      await signIn(page, target);
      await announce(page, target, `Concert ${Date.now()}`);
      await page.getByText('La série, 5 annonces').waitFor();
      await schedule(page).click();
      await onEvent(page);
      const other = await context.newPage();
      await other.goto(page.url());
      await page.getByRole('textbox', { name: 'Lieu' }).fill('Salle des fêtes');
      await other.getByRole('textbox', { name: 'Lieu' }).fill('Église');
      await other.getByRole('button', { name: 'Enregistrer…' }).click();
      await other.getByRole('button', { name: 'Enregistrer les changements' }).click();
      await other.getByText('Tout est enregistré.').waitFor();
      await page.getByText('Quelqu’un vient de modifier cet événement.').waitFor();
      await page.getByRole('button', { name: 'Garder mes changements' }).click();
      await page.getByRole('button', { name: 'Enregistrer…' }).click();
      await page.getByRole('button', { name: 'Enregistrer les changements' }).click();
      await page.getByText('Tout est enregistré.').waitFor();
      await shows(page.getByRole('textbox', { name: 'Lieu' }), 'Salle des fêtes');
      await other.close();
    },

    'an event by keyboard alone': async ({ page, target }) => {
      await signIn(page, target);
      await page.goto(`${target.url}/events`);
      await press(page, page.getByRole('link', { name: 'Annoncer un événement' }).first());
      await page.getByRole('heading', { level: 1, name: 'Annoncer un événement' }).waitFor();
      await tabTo(page, page.getByRole('textbox', { name: 'Nom', exact: true }).first());
      await page.keyboard.type(`Bal ${Date.now()}`);
      await tabTo(page, page.getByLabel('Jour', { exact: true }));
      // The sixth of June, whichever of the two the browser asks for first.
      await page.keyboard.type(`0606${YEAR}`);
      await tabTo(page, page.getByLabel('De', { exact: true }));
      await page.keyboard.type('1000AM');
      await page.getByText('La série, 5 annonces').waitFor();
      await press(page, page.getByRole('switch', { name: 'Publier l’annonce J+1' }), 'Space');
      await page.getByText('La série, 4 annonces').waitFor();
      await press(page, schedule(page));
      await onEvent(page);
    },

    'a year of waste collection from a file; one date skipped, one moved, the end': async ({ page, target }) => {
      await signIn(page, target);
      const file = { name: 'collectes.ics', mimeType: 'text/calendar', buffer: Buffer.from(wasteYear()) };
      await page.goto(`${target.url}/recurrences/import`);
      await page.locator('input[type=file]').setInputFiles(file);
      const name = page.getByRole('textbox', { name: 'Nom', exact: true });
      await shows(name, 'Collectes');
      const own = `Collectes ${Date.now()}`;
      await name.fill(own);
      await page.getByRole('button', { name: 'Vérifier' }).click();
      await page.getByRole('heading', { name: '26 dates' }).waitFor();
      await page.getByRole('button', { name: 'Importer 26 dates' }).click();
      await page.getByRole('heading', { level: 1, name: own }).waitFor();
      const at = page.url();
      const read = () => api(page, `/recurrences/${at.split('/').at(-1)}`);
      const [first, second, third, ...others] = (await read()).occurrences;
      assert.equal(others.length, 23);
      const dates = async () => (await read()).occurrences.map((o) => [o.date, o.state, o.moved_to ?? null]);
      const asMade = (o) => [o.date, o.state, null];

      await page
        .getByRole('button', { name: /^Sauter le/ })
        .nth(1)
        .click();
      await page.getByText('Sautée', { exact: true }).waitFor();
      const skipped = [second.date, 'skipped', null];
      await becomes(dates, [asMade(first), skipped, ...[third, ...others].map(asMade)]);

      // The one that was skipped cannot be moved: the third date has the second button.
      await page
        .getByRole('button', { name: /^Déplacer le/ })
        .nth(1)
        .click();
      const day = page.getByRole('dialog').getByLabel('Nouveau jour');
      await shows(day, third.date);
      const later = new Date(Date.parse(third.date) + DAY_MS).toISOString().slice(0, 10);
      await day.fill(later);
      await page.getByRole('button', { name: 'Déplacer la date' }).click();
      await page.getByText(/au lieu du/).waitFor();
      await becomes(
        async () => (await dates()).map(([date, , to]) => [date, to]),
        [first, second, third, ...others].map((o) => [o.date, o === third ? later : null]),
      );

      // The same file again is known, before anything is filled in for it.
      await page.goto(`${target.url}/recurrences/import`);
      await page.locator('input[type=file]').setInputFiles(file);
      await shows(name, 'Collectes');
      await page.getByRole('button', { name: 'Vérifier' }).click();
      await page.getByRole('main').getByRole('alert').getByRole('link', { name: 'Retour aux informations' }).click();
      await page.getByRole('link', { name: own }).click();

      await page.getByRole('button', { name: 'Terminer…' }).click();
      await question(page).getByRole('button', { name: 'Terminer', exact: true }).click();
      await page.waitForURL(/\/recurrences$/);
      await page.goto(at);
      await page.getByText('Terminée', { exact: true }).waitFor();
      await count(page.getByRole('button', { name: /^(Sauter|Déplacer|Reprendre) le/ }), 0);
      const ended = await read();
      assert.equal(ended.status, 'ended');
      const left = await Promise.all(
        ended.occurrences.filter((o) => o.post_id).map((o) => api(page, `/posts/${o.post_id}`)),
      );
      assert.ok(left.every((p) => p.status === 'cancelled'));
    },

    'information by a rule: skipped, moved, moved as a whole, ended': async ({ page, target }) => {
      await signIn(page, target);
      const own = `Marché ${Date.now()}`;
      await page.goto(`${target.url}/recurrences/new`);
      await page.getByRole('textbox', { name: 'Nom', exact: true }).fill(own);
      await page.getByLabel('Sujet').selectOption({ label: 'Marché' });
      await page.getByLabel('Revient').selectOption({ label: 'Chaque mois, un jour de la semaine' });
      await page.getByRole('button', { name: 'Programmer' }).click();
      await page.getByRole('heading', { level: 1, name: own }).waitFor();
      await page.getByText('chaque mois, le premier mardi').first().waitFor();
      const id = page.url().split('/').at(-1);
      const days = (await api(page, `/recurrences/${id}`)).occurrences;
      assert.ok(days.length >= 11, 'a year of dates');
      await page
        .getByRole('button', { name: /^Sauter le/ })
        .first()
        .click();
      await page.getByText('Sautée').waitFor();
      await page.getByRole('button', { name: 'Annuler', exact: true }).click();
      await page.getByText('Sautée').waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Déplacer toutes…' }).click();
      await page.getByLabel('Jours', { exact: true }).fill('2');
      await page.getByRole('button', { name: 'Déplacer les dates' }).click();
      await page.getByText('décalée de 2 jours').waitFor();
      await page.getByRole('button', { name: 'Terminer…' }).click();
      await question(page).getByRole('button', { name: 'Terminer', exact: true }).click();
      await page.waitForURL(/\/recurrences$/);
    },

    'axe finds nothing on the pages of events and of what comes again': async ({ page, target, shots }) => {
      await signIn(page, target);
      const { call } = await openSession(target);
      const { channels } = await call('GET', '/channels');
      const ids = channels.filter((c) => c.practice).map((c) => c.id);
      const event = await call('POST', '/events', {
        title: `Fête de la moisson ${Date.now()}`,
        description: 'Chars et fanfares.',
        place: 'Place du Marché',
        starts_at: `${YEAR}-09-12T09:00`,
        ends_at: `${YEAR}-09-12T18:00`,
        zone: 'Europe/Brussels',
        category: 'event',
        channels: ids,
      });
      const recurrence = await call('POST', '/recurrences', {
        name: `Permanence ${Date.now()}`,
        topic: 'office',
        rule: 'FREQ=WEEKLY;BYDAY=TU',
        starts_on: new Date().toISOString().slice(0, 10),
        before: 1,
        channels: ids,
      });
      const open = (path, heading) => async () => {
        await page.goto(target.url + path);
        await page.getByRole('heading', { level: 1, name: heading }).waitFor();
      };
      const checked = await withoutBarrier(
        page,
        {
          events: open('/events', 'Événements'),
          'event-new': async () => {
            await announce(page, target, 'Fête de la musique');
            await page.getByText('La série, 5 annonces').waitFor();
          },
          event: open(`/events/${event.id}`, event.title),
          'event-postpone': async () => {
            await open(`/events/${event.id}`, event.title)();
            await page.getByRole('button', { name: 'Reporter…' }).click();
            await page.getByLabel('Nouveau jour').fill(`${YEAR}-07-05`);
            await page.getByRole('dialog').getByText('Ce qui va se passer').waitFor();
          },
          'event-recipe': async () => {
            await open('/events/new', 'Annoncer un événement')();
            await page.getByRole('button', { name: 'Recette' }).click();
            await page.getByRole('dialog').waitFor();
          },
          recurrences: open('/recurrences', 'Informations récurrentes'),
          'recurrence-new': open('/recurrences/new', 'Nouvelle information récurrente'),
          recurrence: open(`/recurrences/${recurrence.id}`, recurrence.name),
          'recurrence-import': open('/recurrences/import', 'Importer des dates'),
        },
        shots,
      );
      return `${checked} states`;
    },
  });
