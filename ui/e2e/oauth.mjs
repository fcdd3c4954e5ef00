// Flows through a network's own page, in a real browser: the simulator stands in for Facebook and asks the person.
import assert from 'node:assert/strict';
import { openSession } from './account.mjs';

const region = (page, name) => page.getByRole('region', { name });
const row = (page, name) => page.getByRole('main').getByRole('listitem').filter({ hasText: name });
const allow = (page) => page.getByRole('button', { name: 'Autoriser' });
const refuse = (page) => page.getByRole('button', { name: 'Refuser' });
const returned = (page) => page.getByRole('dialog', { name: 'Retour de Facebook' });

/** The application of scripts/with-server.sh, and the one Page that it may be given. */
const PAGE_ID = '100064000000003';
const pageWith = (token, callback) => ({
  network: 'facebook',
  id: PAGE_ID,
  name: 'Valmeuse au réel',
  settings: { page_id: PAGE_ID },
  credentials: { page_access_token: token, app_id: '4711', app_secret: 'meta-secret' },
  traits: { redirect_uri: callback },
});

/** A commune without a real account, at a Facebook whose Page has this token; null where the server has no keys. */
async function beforeTheDialog({ target, control }, token) {
  const { call } = await openSession(target);
  const { kinds } = await call('GET', '/oauth');
  const facebook = kinds.find((k) => k.kind === 'facebook');
  assert.ok(facebook?.ready, 'scripts/with-server.sh gives the server the keys of an application');
  await control(target, 'POST', 'accounts', pageWith(token, facebook.callback_url));
  const { channels } = await call('GET', '/channels');
  for (const c of channels.filter((c) => c.kind === 'facebook' && !c.practice))
    await call('DELETE', `/channels/${c.id}`);
  const practice =
    channels.find((c) => c.kind === 'facebook' && c.practice) ??
    (await call('POST', '/channels', { kind: 'facebook', practice: true }));
  return { call, callback: facebook.callback_url, practice };
}

const chooseOwn = async (page) => {
  const own = returned(page).getByRole('radio', { name: /Valmeuse au réel/ });
  await own.waitFor();
  await returned(page).getByText('Valmeuse au réel', { exact: true }).click();
  assert.ok(await own.isChecked());
};

export const oauthFlows = ({ signIn, control, withoutBarrier, noViolations }) => ({
  'through Facebook’s page a practice channel becomes real, after a refusal that changes nothing': {
    on: 'simulator',
    run: async ({ page, target, shots }) => {
      const { call, practice } = await beforeTheDialog({ target, control }, 'live-token');
      const name = 'Essais de la page';
      await call('PATCH', `/channels/${practice.id}`, { name });
      const { deliveries } = await call('POST', '/posts', {
        text: `Ne doit jamais partir ${Date.now()}`,
        channels: [practice.id],
        publish: { mode: 'at', at: new Date(Date.now() + 86_400_000).toISOString() },
      });
      assert.deepEqual(
        deliveries.map((d) => d.status),
        ['scheduled'],
      );
      await signIn(page, target);
      await page.goto(`${target.url}/channels`);
      const leave = async () => {
        await row(page, name)
          .getByRole('button', { name: /^Passer au réel… Essais de la page/ })
          .click();
        const before = page.getByRole('alertdialog', { name: /^Passer Essais de la page/ });
        await before.getByText(/Rien de ce qui attend dans le bac à sable ne part/).waitFor();
        await before.getByRole('button', { name: 'Continuer sur Facebook' }).click();
        await allow(page).waitFor();
      };

      // Who turns round on the network's page can leave for it once more.
      await leave();
      await page.goBack();
      await page.keyboard.press('Escape');
      await page.getByRole('alertdialog').waitFor({ state: 'hidden' });
      await leave();
      await refuse(page).click();
      await returned(page).getByRole('alert').waitFor();
      await returned(page).getByText(`${name} n’a pas changé.`).waitFor();
      await noViolations(page, 'a refusal before going live');
      await page.screenshot({ path: `${shots}oauth-refused.png` });
      assert.equal((await call('GET', `/channels/${practice.id}`)).practice, true);
      await returned(page).getByRole('button', { name: 'Abandonner' }).click();
      await returned(page).waitFor({ state: 'hidden' });
      assert.equal(new URL(page.url()).search, '');
      await region(page, 'Bac à sable').getByText(name, { exact: true }).waitFor();

      await leave();
      await allow(page).click();
      await chooseOwn(page);
      const address = page.url();
      const checked = await withoutBarrier(
        page,
        {
          'oauth-go-live': async () => {
            await page.goto(address);
            await returned(page)
              .getByLabel(/^Pour confirmer/)
              .waitFor();
          },
        },
        shots,
      );
      await chooseOwn(page);
      const confirm = returned(page).getByLabel(/^Pour confirmer/);
      await confirm.fill('une autre');
      await returned(page).getByRole('button', { name: 'Passer au réel' }).click();
      await returned(page)
        .getByText(/^Écrivez exactement/)
        .waitFor();
      assert.equal((await call('GET', `/channels/${practice.id}`)).practice, true);
      await confirm.fill(name);
      await returned(page).getByRole('button', { name: 'Passer au réel' }).click();
      await returned(page).waitFor({ state: 'hidden' });
      await region(page, 'Canaux réels').getByText(name, { exact: true }).waitFor();
      const live = await call('GET', `/channels/${practice.id}`);
      assert.deepEqual([live.practice, live.status, live.account.id], [false, 'connected', PAGE_ID]);
      const { posts } = await call('GET', '/posts?q=Ne+doit+jamais+partir');
      assert.ok(posts.every((p) => p.deliveries.every((d) => d.status === 'cancelled')));
      assert.ok(!JSON.stringify(await control(target, 'GET', 'posts?network=facebook')).includes('Ne doit jamais'));
      // The address of a connection works once.
      await page.goto(address);
      await page.getByText(/terminée ou trop ancienne/).waitFor();
      await call('DELETE', `/channels/${practice.id}`);
      await call('POST', '/channels', { kind: 'facebook', practice: true, name: practice.name });
      return `${checked} states`;
    },
  },

  'an authorization that has ended is renewed on Facebook’s page; what was scheduled stays, and it publishes again': {
    on: 'simulator',
    run: async ({ page, target, shots }) => {
      const { call, callback } = await beforeTheDialog({ target, control }, 'first-token');
      const channel = await call('POST', '/channels', {
        kind: 'facebook',
        name: 'Page de la commune',
        settings: { page_id: PAGE_ID },
        credentials: { page_access_token: 'first-token' },
      });
      const words = `Marché déplacé ${Date.now()}`;
      const waiting = await call('POST', '/posts', {
        text: `Attend son heure ${Date.now()}`,
        channels: [channel.id],
        publish: { mode: 'at', at: new Date(Date.now() + 86_400_000).toISOString() },
      });
      // From now on the network knows another token only.
      await control(target, 'POST', 'accounts', pageWith('second-token', callback));
      await signIn(page, target);
      await page.goto(`${target.url}/channels`);
      const own = row(page, 'Page de la commune');
      await own.getByRole('button', { name: /^Vérifier / }).click();
      await own.getByText('À reconnecter', { exact: true }).waitFor();
      await own.getByText(/Reconnectez/).waitFor();
      await page.screenshot({ path: `${shots}oauth-expired.png` });
      const leave = async () => {
        await own.getByRole('button', { name: /^Renouveler / }).click();
        const dialog = page.getByRole('dialog', { name: /^Renouveler Page de la commune/ });
        await dialog.getByText('Ce qui est programmé sur ce canal reste programmé.').waitFor();
        await dialog.getByRole('button', { name: 'Continuer sur Facebook' }).click();
        await allow(page).waitFor();
      };
      await leave();
      await refuse(page).click();
      await returned(page).getByRole('alert').waitFor();
      await returned(page).getByText('Page de la commune n’a pas changé.').waitFor();
      await noViolations(page, 'a renewal that was refused');
      assert.equal((await call('GET', `/channels/${channel.id}`)).status, 'needs_reauth');

      await returned(page).getByRole('button', { name: 'Recommencer sur Facebook' }).click();
      await allow(page).click();
      await returned(page)
        .getByText(/^Vous renouvelez l’autorisation de Page de la commune/)
        .waitFor();
      const mine = returned(page).getByRole('radio', { name: /Valmeuse au réel/ });
      await mine.waitFor();
      // The account of the channel is the one that is proposed.
      assert.ok(await mine.isChecked());
      const address = page.url();
      const checked = await withoutBarrier(
        page,
        {
          'oauth-renew': async () => {
            await page.goto(address);
            await mine.waitFor();
          },
        },
        shots,
      );
      await returned(page).getByRole('button', { name: 'Renouveler l’autorisation' }).click();
      await page.getByText('Page de la commune est reconnecté.').first().waitFor();
      await own.getByText('Connecté', { exact: true }).waitFor();

      const kept = await call('GET', `/posts/${waiting.id}`);
      assert.deepEqual(
        kept.deliveries.map((d) => d.status),
        ['scheduled'],
      );
      const next = await call('POST', '/posts', { text: words, channels: [channel.id], publish: { mode: 'now' } });
      await page.goto(`${target.url}/posts/${next.id}`);
      await region(page, 'Canaux').getByText('Publié', { exact: true }).waitFor({ timeout: 30_000 });
      const shown = await control(target, 'GET', 'posts?network=facebook');
      assert.equal(shown.filter((p) => JSON.stringify(p).includes(words)).length, 1);
      await call('DELETE', `/channels/${channel.id}`);
      return `${checked} states`;
    },
  },
});
