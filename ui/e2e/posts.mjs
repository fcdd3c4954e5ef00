// Flows of posts that are out, against the real server and simulated networks.
import assert from 'node:assert/strict';
import { openSession } from './account.mjs';
import { becomes, count, shows, until } from './until.mjs';

const canaux = (page) => page.getByRole('region', { name: 'Canaux' });
const HOSTILE = '<img src=x onerror=alert(1)>';

/** The simulated Facebook page, as a real channel: it is connected at need. */
export async function simulatedPage(call, target, control) {
  const [account] = (await control(target, 'GET', 'accounts')).filter((a) => a.network === 'facebook');
  const { channels } = await call('GET', '/channels');
  const known = channels.find((c) => c.kind === 'facebook' && !c.practice);
  return (
    known ??
    call('POST', '/channels', { kind: 'facebook', settings: account.settings, credentials: account.credentials })
  );
}

/** The commune's own pages: there is one for each commune. */
export async function ownPages(call) {
  const { channels } = await call('GET', '/channels');
  return channels.find((c) => c.kind === 'site') ?? call('POST', '/channels', { kind: 'site', name: 'Actualités' });
}

/** Publishes at once, and gives the post when it is out or has failed. */
export async function publishNow(call, post) {
  const made = await call('POST', '/posts', { publish: { mode: 'now' }, ...post });
  return until(async () => {
    const now = await call('GET', `/posts/${made.id}`);
    return ['published', 'failed'].includes(now.status) && now;
  }, 'it is out, or has failed');
}

export const postFlows = ({ signIn, control, withoutBarrier, noViolations }) => ({
  'what is out is corrected, then removed, and its network shows it': {
    on: 'simulator',
    run: async ({ page, target, shots }) => {
      const { call } = await openSession(target);
      const channel = await simulatedPage(call, target, control);
      const words = `Brocante dimanche, numéro ${Date.now()}`;
      const post = await publishNow(call, { text: words, channels: [channel.id] });
      const shown = async () =>
        (await control(target, 'GET', 'posts?network=facebook')).find(
          (p) => p.remote_id === post.deliveries[0].remote_id,
        );
      await becomes(async () => (await shown())?.text, words);
      await signIn(page, target);
      await page.goto(`${target.url}/posts/${post.id}`);

      const correct = canaux(page).getByRole('button', { name: /^Corriger sur Facebook…/ });
      await correct.click();
      const dialog = page.getByRole('alertdialog', { name: 'Corriger sur Facebook' });
      const text = dialog.getByRole('textbox', { name: 'Texte en ligne' });
      await shows(text, words);
      await noViolations(page, 'the dialog to correct');
      await text.fill('');
      await dialog.getByRole('button', { name: 'Remplacer le texte' }).click();
      await dialog.getByText('Écrivez le texte qui doit rester en ligne.').waitFor();
      await text.fill(`${words}, corrigé`);
      await dialog.getByRole('button', { name: 'Remplacer le texte' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await canaux(page)
        .getByText(/corrigé à/)
        .first()
        .waitFor();
      await becomes(async () => (await shown())?.text, `${words}, corrigé`);

      // The network does it, and its answer is lost: nobody knows, and asking again ends well.
      await control(target, 'POST', 'faults', { network: 'facebook', operation: 'delete', effect: 'eof', after: true });
      await canaux(page)
        .getByRole('button', { name: /^Retirer de Facebook…/ })
        .click();
      const asked = page.getByRole('alertdialog', { name: 'Retirer de Facebook' });
      await asked.getByRole('button', { name: 'Retirer la publication' }).click();
      await asked.getByText(/Réessayez : rien ne peut être fait deux fois/).waitFor();
      await noViolations(page, 'an unclear answer');
      await asked.getByRole('button', { name: 'Retirer la publication' }).click();
      await asked.waitFor({ state: 'hidden' });
      await canaux(page).getByText('Retiré', { exact: true }).waitFor();
      await becomes(shown, undefined);
      await count(canaux(page).getByRole('button', { name: /^Retirer/ }), 0);
      await page.getByRole('button', { name: /Détail de l’envoi/ }).click();
      await page.getByText(/Facebook a accepté la publication/).waitFor();
      await page.getByText(/la publication a été retirée de Facebook/).waitFor();
      const checked = await withoutBarrier(
        page,
        { 'post-removed': async () => page.goto(`${target.url}/posts/${post.id}`) },
        shots,
      );
      return `${checked} states`;
    },
  },

  'a post is duplicated: the copy is a draft, open in the composer': async ({ page, target }) => {
    const { call } = await openSession(target);
    const channel = await ownPages(call);
    const title = `Horaires d’été ${Date.now()}`;
    const post = await publishNow(call, { title, text: 'Ouvert de 9 h à 12 h.', channels: [channel.id] });
    await signIn(page, target);
    await page.goto(`${target.url}/posts/${post.id}`);
    await page.getByRole('button', { name: 'Dupliquer' }).click();
    await page.waitForURL(/\/compose\?post=/);
    const copy = new URL(page.url()).searchParams.get('post');
    assert.notEqual(copy, post.id);
    await page.getByRole('textbox', { name: 'Texte de la publication' }).waitFor();
    const draft = await call('GET', `/posts/${copy}`);
    assert.deepEqual([draft.status, draft.title, draft.channels], ['draft', title, [channel.id]]);
  },

  'posts are found by words, state and channel; a hostile title stays text': async ({ page, target, shots }) => {
    const { call } = await openSession(target);
    const channel = await ownPages(call);
    const mark = `${Date.now()}`;
    const post = await publishNow(call, { title: `${HOSTILE} ${mark}`, text: 'Un essai.', channels: [channel.id] });
    page.on('dialog', () => assert.fail('a title ran as a script'));
    await signIn(page, target);
    await page.goto(`${target.url}/posts?q=${mark}&status=published&channel=${channel.id}`);
    await page.getByRole('heading', { level: 2, name: HOSTILE }).waitFor();
    await page.goto(`${target.url}/posts?q=${mark}&status=failed`);
    await page.getByText('Aucune publication ne correspond.').waitFor();
    await page.goto(`${target.url}/posts/${post.id}`);
    await page.getByRole('heading', { level: 1, name: HOSTILE }).waitFor();
    await page.goto(target.url);
    await page.getByRole('heading', { level: 3, name: HOSTILE }).first().waitFor();
    await count(page.locator('img[src="x"]'), 0);
    const checked = await withoutBarrier(page, { 'posts-list': async () => page.goto(`${target.url}/posts`) }, shots);
    return `${checked} states`;
  },
});
