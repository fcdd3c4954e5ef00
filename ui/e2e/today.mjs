// Flows of the page where the day begins, against the real server.
import assert from 'node:assert/strict';
import { openSession } from './account.mjs';
import { ownPages, publishNow, simulatedPage } from './posts.mjs';
import { becomes, count, PATIENCE } from './until.mjs';

const REFUSED = JSON.stringify({
  error: { message: 'Session expired', type: 'OAuthException', code: 190, error_subcode: 463 },
});

export const todayFlows = ({ signIn, control, withoutBarrier }) => ({
  'today shows what left with its link, and has no barrier': async ({ page, target, shots }) => {
    const { call } = await openSession(target);
    const channel = await ownPages(call);
    const title = `Marché du jour ${Date.now()}`;
    await publishNow(call, { title, text: 'Place de l’Église.', channels: [channel.id] });
    await signIn(page, target);
    const day = page.getByRole('region', { name: 'La journée' });
    await day.getByText(/maintenant/).waitFor();
    await day.getByRole('heading', { name: title }).waitFor();
    const sent = page.getByRole('region', { name: 'Ce qui est parti' });
    await sent.getByRole('link', { name: new RegExp(`^Voir sur .*${title}`) }).waitFor();
    await count(page.getByRole('region', { name: 'Cette semaine' }).getByRole('listitem'), 7);
    const checked = await withoutBarrier(
      page,
      {
        today: async () => {
          await page.goto(target.url);
          await day.getByRole('heading', { name: title }).waitFor();
          await page.getByText('Un instant…').waitFor({ state: 'detached' });
        },
      },
      shots,
    );
    return `${checked} states`;
  },

  'a failure is tried again from today': {
    on: 'simulator',
    run: async ({ page, target }) => {
      const { call } = await openSession(target);
      const channel = await simulatedPage(call, target, control);
      await control(target, 'POST', 'faults', {
        network: 'facebook',
        operation: 'post',
        effect: 'status',
        status: 400,
        body: REFUSED,
      });
      const words = `Travaux rue Haute ${Date.now()}`;
      const post = await publishNow(call, { text: words, channels: [channel.id] });
      assert.equal(post.status, 'failed');
      await signIn(page, target);
      const row = page.getByRole('region', { name: 'À traiter' }).getByRole('listitem').filter({ hasText: words });
      await row.getByRole('button', { name: /^Réessayer/ }).click({ timeout: 2 * PATIENCE });
      await row.getByText('Nouvel essai demandé').waitFor();
      await becomes(async () => (await call('GET', `/posts/${post.id}`)).status, 'published', 'the other try');
    },
  },
});
