// Flows of the media library against the real server.
import { fileURLToPath } from 'node:url';
import { question, shows } from './until.mjs';

const PICTURE = fileURLToPath(new URL('fixtures/marche-noel.jpg', import.meta.url));
const YEAR = new Date().getFullYear() + 2;

const pictures = (page) => page.getByRole('list', { name: 'Images' }).getByRole('link');
const picture = (page) => pictures(page).filter({ hasText: 'marche-noel' }).first();

async function library(page, target) {
  await page.goto(`${target.url}/media`);
  await page.getByRole('heading', { level: 1, name: 'Médiathèque' }).waitFor();
}

async function withPicture(page, target) {
  await library(page, target);
  await page.locator('input[type=file]').first().setInputFiles(PICTURE);
  await page.getByText('Ajoutée', { exact: true }).waitFor();
  await picture(page).waitFor();
}

/** A post that has not left and shows the picture. */
const schedule = (page) =>
  page.evaluate(async (year) => {
    const read = async (path) => (await fetch(`/api/v1${path}`)).json();
    const { csrf_token } = await read('/session');
    const send = (path, body) =>
      fetch(`/api/v1${path}`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'X-CSRF-Token': csrf_token,
          'Idempotency-Key': `e2e-${Math.random()}`,
        },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    const { channels } = await read('/channels');
    const { media } = await read('/media?q=marche-noel');
    const answer = await send('/posts', {
      title: 'Marché de Noël',
      text: `Marché de Noël. Numéro ${Date.now()}.`,
      images: [{ media_id: media[0].id, alt: 'Des chalets éclairés' }],
      channels: channels
        .filter((c) => c.practice)
        .map((c) => c.id)
        .slice(0, 1),
      publish: { mode: 'at', at: `${year}-12-05T09:00` },
    });
    const post = await answer.json();
    if (!answer.ok) throw new Error(JSON.stringify(post));
    return post.id;
  }, YEAR);

const onServer = (flows) =>
  Object.fromEntries(
    Object.entries(flows).map(([name, run]) => [
      name,
      (given) => (given.target.fake ? 'needs the real server' : run(given)),
    ]),
  );

export const libraryFlows = ({ signIn, withoutBarrier }) =>
  onServer({
    'library: a picture is added, described, found again, and kept while a post needs it': async ({ page, target }) => {
      await signIn(page, target);
      await withPicture(page, target);
      await picture(page).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('textbox', { name: 'Texte alternatif' }).fill('Des chalets éclairés devant l’église');
      await dialog.getByRole('textbox', { name: 'Crédit' }).fill('Sophie Lambert');
      await dialog.getByRole('combobox', { name: 'Licence' }).fill('CC BY 4.0');
      await dialog.getByText('Donné', { exact: true }).click();
      await dialog.getByRole('textbox', { name: 'Où il est conservé' }).fill('Dossier marché, 2026');
      await dialog.getByRole('button', { name: 'Enregistrer' }).click();
      await page.getByText('Image enregistrée.').waitFor();
      await dialog.waitFor({ state: 'detached' });

      await page.getByRole('searchbox').fill('Sophie Lambert');
      await page.waitForURL(/q=Sophie/);
      await picture(page).waitFor();
      await page.getByRole('button', { name: 'Sans texte alternatif' }).click();
      await page.getByText('Aucune image ne correspond.').waitFor();

      await schedule(page);
      await library(page, target);
      await picture(page).click();
      await dialog
        .getByRole('link', { name: /Marché de Noël/ })
        .first()
        .waitFor();
      await shows(dialog.getByRole('textbox', { name: 'Où il est conservé' }), 'Dossier marché, 2026');
      await dialog.getByRole('button', { name: 'Supprimer l’image' }).click();
      const asked = question(page);
      await asked.getByRole('button', { name: 'Supprimer l’image' }).click();
      await asked.getByRole('alert').filter({ hasText: 'Marché de Noël' }).waitFor();
      await asked.getByRole('button', { name: 'Retour' }).click();
      await page.keyboard.press('Escape');
      await picture(page).waitFor();
    },

    'library: no barrier in the grid nor in the dialog': async ({ page, target, shots }) => {
      await signIn(page, target);
      await withPicture(page, target);
      const checked = await withoutBarrier(
        page,
        {
          library: async () => {
            await library(page, target);
            await picture(page).waitFor();
          },
          'library-picture': async () => {
            await library(page, target);
            await picture(page).click();
            await page.getByRole('dialog').getByRole('textbox', { name: 'Crédit' }).waitFor();
          },
        },
        shots,
      );
      return `${checked} states`;
    },
  });
