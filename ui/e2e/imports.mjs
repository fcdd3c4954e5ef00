// What comes from elsewhere: a source on this machine, templates, a table.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { DESKTOP } from './browser.mjs';
import { press, tabTo } from './keys.mjs';
import { question, shows } from './until.mjs';

const HOSTILE = `<img src=x onerror="document.title='pwned'"> Avis`;
const ALT = 'Un sapin éclairé devant l’église';
const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** A site whose page announces a feed with two articles, one of them with a picture. */
export async function startSite(picture, mark) {
  const article = (n, title, text) =>
    `<item><guid isPermaLink="false">${mark}-${n}</guid><title>${escaped(escaped(title))}</title><link>/article-${mark}-${n}</link>
     <category>Loisirs</category><pubDate>${new Date().toUTCString()}</pubDate><description><![CDATA[${text}]]></description></item>`;
  const pages = {
    '/': [
      'text/html',
      '<title>La bibliothèque</title><link rel="alternate" type="application/rss+xml" title="La bibliothèque" href="/feed">',
    ],
    '/feed': [
      'application/rss+xml',
      `<rss><channel><title>La bibliothèque</title>${article(1, `Marché de Noël ${mark}`, `<p>Samedi, place de l’Église, numéro ${mark}.</p><img src="/sapin.jpg" alt="${ALT}">`)}${article(2, `${HOSTILE} ${mark}`, `<p>Texte ${mark}.</p><script>document.title='pwned'</script>`)}</channel></rss>`,
    ],
    '/sapin.jpg': ['image/jpeg', readFileSync(picture)],
  };
  const server = http.createServer((request, answer) => {
    const page = pages[request.url];
    answer.writeHead(page ? 200 : 404, { 'Content-Type': page?.[0] ?? 'text/plain' });
    answer.end(page?.[1] ?? '');
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

const heading = (page, name) => page.getByRole('heading', { level: 1, name });
const dialog = (page) => page.getByRole('dialog');

async function addSource(page, target, site) {
  await page.goto(`${target.url}/imports/sources`);
  await heading(page, 'Sources').waitFor();
  await page.getByRole('button', { name: 'Ajouter une source' }).click();
  await dialog(page).getByLabel('Adresse').fill(site.url);
  await dialog(page).getByRole('button', { name: 'Voir ce qui s’y trouve' }).click();
  await dialog(page)
    .getByText(/Fil d’actualités\s: 2 articles trouvés/)
    .waitFor();
}

export const importFlows = ({ signIn, picture, withoutBarrier }) => ({
  'imports: the address of a site is enough; a proposal leaves at its hour with its described picture': async ({
    page,
    target,
    shots,
  }) => {
    const mark = Date.now();
    const site = await startSite(picture, mark);
    try {
      await signIn(page, target);
      await addSource(page, target, site);
      // The title of a stranger is words, here and everywhere.
      await dialog(page).getByText(HOSTILE).waitFor();
      await page.screenshot({ path: `${shots}imports-source-preview.png` });
      await dialog(page).getByLabel('Nom', { exact: true }).fill(`Bibliothèque ${mark}`);
      await dialog(page).getByRole('button', { name: 'Suivre cette source' }).click();
      const row = page.getByRole('article', { name: `Bibliothèque ${mark}` });
      await row.getByRole('button', { name: /^Lire maintenant/ }).click();
      await row.getByText('Fonctionne').waitFor();

      await row.getByRole('link', { name: /^Voir les propositions/ }).click();
      const hostile = page.getByRole('article', { name: `${HOSTILE} ${mark}` });
      const item = page.getByRole('article', { name: `Marché de Noël ${mark}` });
      await hostile.waitFor();
      await hostile.getByRole('button', { name: /^Laisser de côté/ }).click();
      await hostile.waitFor({ state: 'hidden' });
      await page.getByRole('button', { name: 'Annuler', exact: true }).click();
      await hostile.waitFor();

      await page
        .getByRole('button', { name: new RegExp(`^Voir le texte adapté par canal Marché de Noël ${mark}`) })
        .click();
      await page
        .getByRole('article', { name: /^Aperçu/ })
        .first()
        .waitFor();
      await item.getByRole('button', { name: /^En faire une publication/ }).click();
      await shows(dialog(page).getByLabel('Texte alternatif de l’image 1'), ALT);
      await dialog(page).getByRole('radio', { name: 'À une heure précise' }).click();
      const year = dialog(page).getByRole('spinbutton', { name: /^année/i });
      await year.focus();
      await page.keyboard.type('2031');
      await page.screenshot({ path: `${shots}imports-accept.png` });
      await dialog(page)
        .getByRole('button', { name: /^Programmer/ })
        .click();
      await page.getByText(/^Programmé le .*2031/).waitFor();
      await page.getByRole('button', { name: 'Ouvrir', exact: true }).click();
      await page.waitForURL(/\/posts\/[^/]+$/);
      await page.getByText(`Samedi, place de l’Église, numéro ${mark}`).first().waitFor();
      await page.getByRole('img', { name: ALT }).first().waitFor();
      assert.doesNotMatch(await page.title(), /pwned/);

      await page.goto(`${target.url}/imports/sources`);
      await row.getByRole('button', { name: /^Mettre en pause/ }).click();
      await row.getByText('En pause', { exact: true }).waitFor();
      await row.getByRole('button', { name: /^Retirer/ }).click();
      await question(page).getByRole('button', { name: 'Retirer' }).click();
      await row.waitFor({ state: 'hidden' });
    } finally {
      site.close();
    }
  },

  'imports: an address where nothing can be followed says so, and what to do': async ({ page, target }) => {
    await signIn(page, target);
    await page.goto(`${target.url}/imports/sources?add=true`);
    await dialog(page).getByLabel('Adresse').fill('http://127.0.0.1:1/');
    await page.keyboard.press('Enter');
    await dialog(page)
      .getByRole('alert')
      .getByText(/n’est pas joignable/)
      .waitFor();
    await page.keyboard.press('Escape');
    await dialog(page).waitFor({ state: 'hidden' });
  },

  'imports: a template is adapted, filled in and used, by keyboard alone': async ({ page, target }) => {
    await signIn(page, target);
    await page.goto(`${target.url}/templates`);
    await heading(page, 'Modèles').waitFor();
    const search = page.getByRole('searchbox', { name: 'Chercher dans les modèles' });
    await tabTo(page, search);
    await page.keyboard.type('photo semaine');
    const read = page.getByRole('button', { name: 'Lire et remplir La photo de la semaine' });
    await press(page, read);
    await tabTo(page, dialog(page).getByLabel('Lieu'));
    await page.keyboard.type('Place du Marché');
    await dialog(page).getByText('Place du Marché, {moment}').first().waitFor();
    await press(page, dialog(page).getByRole('link', { name: 'Utiliser' }));
    await page.waitForURL(/\/compose\?/);
    await dialog(page)
      .getByText(/Place du Marché, \{moment\}/)
      .first()
      .waitFor();
  },

  'imports: a provided template becomes the commune’s own, and comes back': async ({ page, target }) => {
    await signIn(page, target);
    await page.goto(`${target.url}/templates?q=gardes`);
    await page.getByRole('button', { name: /^Lire et remplir Gardes/ }).click();
    await dialog(page).getByRole('button', { name: 'Adapter à la commune' }).click();
    const text = dialog(page).getByLabel('Texte', { exact: true });
    await text.fill('Gardes de Valmeuse : {medecin}, {dentiste}.');
    await dialog(page).getByText('{dentiste}', { exact: true }).waitFor();
    await dialog(page).getByRole('button', { name: 'Enregistrer' }).click();
    await page.getByText('Texte fourni, adapté par la commune').waitFor();
    await page.getByRole('button', { name: /^Lire et remplir Gardes/ }).click();
    await dialog(page).getByRole('button', { name: 'Revenir au texte fourni' }).click();
    await page.getByText('Fourni avec Crieur').waitFor();
  },

  'imports: a table is tried line by line, then its good lines are saved': async ({ page, target, shots }) => {
    await signIn(page, target);
    await page.goto(`${target.url}/imports/list`);
    await heading(page, 'Liste de publications').waitFor();
    const mark = Date.now();
    await page
      .getByLabel('Ou collez le tableau ici')
      .fill(
        `titre;texte;date;heure;canaux\nCollecte ${mark};Sortez les papiers.;;;\nConseil ${mark};La séance est publique.;31/13/2031;9h;\n`,
      );
    await page.getByRole('button', { name: 'Vérifier' }).click();
    await page.getByText(/1 ligne est prête sur 2/).waitFor();
    await page.getByText(/Colonne\s«\sdate\s»\s:\sLa date\s«\s31\/13\/2031\s»\sn’est pas lisible/).waitFor();
    await page.screenshot({ path: `${shots}imports-list-tried.png`, fullPage: true });
    await page.getByRole('button', { name: 'Enregistrer 1 publication' }).click();
    await page.getByText('1 publication enregistrée.').waitFor();
    await page.getByRole('link', { name: `Collecte ${mark}` }).click();
    await page.waitForURL(/\/posts\/[^/]+$/);
    await page.getByText('Sortez les papiers.').first().waitFor();
  },

  'imports: no barrier on the pages of what comes from elsewhere': async ({ page, target, shots }) => {
    const site = await startSite(picture, `${Date.now()}`);
    try {
      await signIn(page, target);
      await addSource(page, target, site);
      await dialog(page).getByRole('button', { name: 'Suivre cette source' }).click();
      const row = page.getByRole('article', { name: 'La bibliothèque' });
      await row.getByRole('button', { name: /^Lire maintenant/ }).click();
      await row.getByText('Fonctionne').waitFor();
      const at = (path, ready) => async () => {
        await page.goto(`${target.url}${path}`);
        await ready().first().waitFor();
      };
      const checked = await withoutBarrier(
        page,
        {
          imports: at('/imports', () => page.getByRole('button', { name: /^En faire une publication/ })),
          'imports-accept': async () => {
            await page.goto(`${target.url}/imports`);
            await page
              .getByRole('button', { name: /^En faire une publication Marché/ })
              .first()
              .click();
            await dialog(page).getByText('Publier sur').waitFor();
          },
          'imports-sources': at('/imports/sources', () => row),
          'imports-source-edit': async () => {
            await page.goto(`${target.url}/imports/sources`);
            await row.getByRole('button', { name: /^Modifier/ }).click();
            await dialog(page).getByRole('button', { name: 'Ajouter une règle' }).click();
          },
          'imports-list': at('/imports/list', () => page.getByRole('button', { name: 'Vérifier' })),
          templates: at('/templates', () => page.getByRole('heading', { level: 2, name: 'Événements' })),
          'templates-read': async () => {
            await page.goto(`${target.url}/templates?q=annoncer`);
            await page
              .getByRole('button', { name: /^Lire et remplir/ })
              .first()
              .click();
            await dialog(page).getByText('Blancs à remplir').waitFor();
          },
        },
        shots,
      );
      await page.setViewportSize(DESKTOP);
      await page.goto(`${target.url}/imports/sources`);
      await row.getByRole('button', { name: /^Retirer/ }).click();
      await question(page).getByRole('button', { name: 'Retirer' }).click();
      return `${checked} states`;
    } finally {
      site.close();
    }
  },
});
