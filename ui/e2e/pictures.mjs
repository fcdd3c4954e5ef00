// Flows of pictures on their way in: made lighter in the browser, taken from the library, framed.
import assert from 'node:assert/strict';
import { openSession } from './account.mjs';

/** Drawing and sending several megabytes takes its time where the processors are busy. */
const PATIENCE = { timeout: 120_000 };
/** Corners of the upright picture, each in a colour of its own. */
const CORNERS = {
  topLeft: 'rgb(255, 0, 0)',
  topRight: 'rgb(0, 160, 0)',
  bottomLeft: 'rgb(0, 0, 255)',
  bottomRight: 'rgb(255, 220, 0)',
};

/**
 * What a phone makes: a photograph of this size that lies on its side, with the note to turn it, and the place where it
 * was taken. `type` and `clear` make other files of the same content.
 */
const drawn = async (page, { width, height, type = 'image/jpeg', clear = false }) => {
  const base64 = await page.evaluate(
    async ({ width, height, type, clear, corners }) => {
      const canvas = new OffscreenCanvas(width, height);
      const paper = canvas.getContext('2d');
      // Noise is what makes a photograph heavy.
      const tile = new OffscreenCanvas(512, 512);
      const grain = tile.getContext('2d').createImageData(512, 512);
      for (let i = 0, n = 7; i < grain.data.length; i++) {
        n = (n * 1103515245 + 12345) & 0x7fffffff;
        grain.data[i] = i % 4 === 3 ? 255 : 90 + ((n >> 16) % 80);
      }
      tile.getContext('2d').putImageData(grain, 0, 0);
      paper.fillStyle = paper.createPattern(tile, 'repeat');
      paper.fillRect(0, 0, width, height);
      const side = Math.round(Math.min(width, height) / 5);
      const put = (colour, x, y) => {
        paper.fillStyle = colour;
        paper.fillRect(x, y, side, side);
      };
      // Seen lying: what is left below now will be left above once it is turned clockwise.
      put(corners.topLeft, 0, height - side);
      put(corners.topRight, 0, 0);
      put(corners.bottomLeft, width - side, height - side);
      put(corners.bottomRight, width - side, 0);
      if (clear) paper.clearRect(width / 2 - side, height / 2 - side, side, side);
      const blob = await canvas.convertToBlob({ type, quality: 0.95 });
      const reader = new FileReader();
      await new Promise((done) => {
        reader.onload = done;
        reader.readAsDataURL(blob);
      });
      return reader.result.split(',')[1];
    },
    { width, height, type, clear, corners: CORNERS },
  );
  const bytes = Buffer.from(base64, 'base64');
  return type === 'image/jpeg' ? Buffer.concat([bytes.subarray(0, 2), EXIF, bytes.subarray(2)]) : bytes;
};

/** Orientation 6 (turn it clockwise) and a latitude, as Exif 2.3 writes them, big-endian. */
const EXIF = (() => {
  const entry = (tag, type, count, value) => {
    const b = Buffer.alloc(12);
    b.writeUInt16BE(tag, 0);
    b.writeUInt16BE(type, 2);
    b.writeUInt32BE(count, 4);
    value.copy(b, 8);
    return b;
  };
  const long = (n) => Buffer.from([n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]);
  const none = long(0);
  const head = Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8]);
  const first = Buffer.concat([
    Buffer.from([0, 2]),
    entry(0x0112, 3, 1, Buffer.from([0, 6, 0, 0])),
    entry(0x8825, 4, 1, long(38)),
    none,
  ]);
  const gps = Buffer.concat([
    Buffer.from([0, 2]),
    entry(1, 2, 2, Buffer.from('N\0\0\0')),
    entry(2, 5, 3, long(68)),
    none,
    ...[50, 1, 28, 1, 33, 1].map(long),
  ]);
  const body = Buffer.concat([Buffer.from('Exif\0\0'), head, first, gps]);
  return Buffer.concat([
    Buffer.from([0xff, 0xe1]),
    Buffer.from([(body.length + 2) >> 8, (body.length + 2) & 255]),
    body,
  ]);
})();

/** Notes what leaves the browser: the bytes of each picture that is sent. */
const listen = (page) =>
  page.addInitScript(() => {
    window.sentPictures = [];
    const send = XMLHttpRequest.prototype.send;
    XMLHttpRequest.prototype.send = function (form) {
      const file = form instanceof FormData ? form.get('file') : null;
      if (file) window.sentPictures.push(file);
      return send.call(this, form);
    };
  });
const sent = (page, n) =>
  page.evaluate(async (n) => {
    const { name, type, size } = window.sentPictures[n];
    const text = new TextDecoder('latin1').decode(await window.sentPictures[n].arrayBuffer());
    return { name, type, size, exif: text.includes('Exif') };
  }, n);

/** The colours near the corners of a picture of the server, and its size. */
const seen = (page, url) =>
  page.evaluate(async (url) => {
    const picture = await createImageBitmap(await (await fetch(url)).blob());
    const { width, height } = picture;
    const paper = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
    paper.drawImage(picture, 0, 0);
    const at = (x, y) => [...paper.getImageData(x, y, 1, 1).data.slice(0, 3)];
    const inset = Math.round(Math.min(width, height) / 20);
    return {
      width,
      height,
      topLeft: at(inset, inset),
      topRight: at(width - inset, inset),
      bottomLeft: at(inset, height - inset),
      bottomRight: at(width - inset, height - inset),
    };
  }, url);

const near = (colour, pixel) => {
  const wanted = colour.match(/\d+/g).map(Number);
  return wanted.every((v, i) => Math.abs(v - pixel[i]) < 40);
};

const poster = (page, n) => page.getByRole('listitem', { name: `Image ${n}`, exact: true });

export const pictureFlows = ({ signIn, compose, attach, fixture, withoutBarrier }) => ({
  'a large photograph is made lighter before it is sent: upright, whole, and without the place where it was taken':
    async ({ page, target }) => {
      await listen(page);
      await signIn(page, target);
      await compose(page);
      const photo = await drawn(page, { width: 4500, height: 3000 });
      assert.ok(photo.length > 5_000_000, `a heavy photograph, of ${photo.length} bytes`);
      const stored = page.waitForResponse((r) => r.url().endsWith('/api/v1/media') && r.status() === 201, PATIENCE);
      await attach(page, { name: 'IMG_2041.JPG', mimeType: 'image/jpeg', buffer: photo });
      const media = await (await stored).json();
      const left = await sent(page, 0);
      assert.ok(left.size < photo.length / 2, `${left.size} of ${photo.length} bytes left`);
      assert.deepEqual([left.name, left.type, left.exif], ['IMG_2041.JPG', 'image/jpeg', false]);
      assert.ok(media.height > media.width, 'upright');
      assert.ok(media.height <= 4096 && Math.abs(media.height / media.width - 1.5) < 0.01, 'of the same shape');
      const there = await seen(page, media.url);
      assert.deepEqual([there.width, there.height], [media.width, media.height]);
      for (const [corner, colour] of Object.entries(CORNERS))
        assert.ok(near(colour, there[corner]), `${corner}: ${there[corner]} instead of ${colour}`);

      // What a drawing would spoil is sent as it is, however large.
      const clear = await drawn(page, { width: 2400, height: 1800, type: 'image/png', clear: true });
      assert.ok(clear.length > 2_000_000, `a heavy drawing, of ${clear.length} bytes`);
      const kept = page.waitForResponse((r) => r.url().endsWith('/api/v1/media') && r.status() === 201, PATIENCE);
      await attach(page, { name: 'logo.png', mimeType: 'image/png', buffer: clear });
      await kept;
      assert.deepEqual(await sent(page, 1), { name: 'logo.png', type: 'image/png', size: clear.length, exif: false });

      // And what the browser cannot read: the server says what is wrong with it.
      const answer = page.waitForResponse((r) => r.url().endsWith('/api/v1/media') && r.status() !== 201, PATIENCE);
      await attach(page, { name: 'coupée.jpg', mimeType: 'image/jpeg', buffer: photo.subarray(0, 3_000_000) });
      await answer;
      assert.equal((await sent(page, 2)).size, 3_000_000);
      await page
        .getByRole('listitem', { name: 'Image 3' })
        .getByText(/abîmée ou incomplète/)
        .waitFor();
      const mb = (n) => (n / 1e6).toFixed(1);
      return `${mb(photo.length)} MB became ${mb(left.size)} MB, ${media.width} × ${media.height}`;
    },

  'the poster of an event is taken from the library, framed, and both are kept': async ({ page, target, shots }) => {
    const { call } = await openSession(target);
    const { readFileSync } = await import('node:fs');
    for (const [file, words] of [
      ['marche-noel.jpg', 'Les chalets du marché'],
      ['travaux.jpg', 'Le pont en travaux'],
    ]) {
      const form = new FormData();
      form.append('file', new Blob([readFileSync(fixture(file))], { type: 'image/jpeg' }), file);
      const media = await call('POST', '/media', form);
      await call('PATCH', `/media/${media.id}`, { alt: words });
    }
    await signIn(page, target);
    const year = new Date().getFullYear() + 1;
    const name = `Marché ${Date.now()}`;
    const choose = async (...words) => {
      await page.getByRole('button', { name: 'Médiathèque', exact: true }).click();
      const picker = page.getByRole('dialog', { name: 'Médiathèque' });
      for (const w of words) await picker.getByRole('button', { name: w }).first().click();
      await picker.getByRole('button', { name: /^Ajouter \d image/ }).click();
      await picker.waitFor({ state: 'hidden' });
    };
    const fill = async () => {
      await page.goto(`${target.url}/events/new?day=${year}-06-13`);
      await page.getByRole('textbox', { name: 'Nom', exact: true }).first().fill(name);
      await page.getByLabel('De', { exact: true }).fill('10:00');
      await choose('Les chalets du marché', 'Le pont en travaux');
      await poster(page, 2).waitFor();
    };
    const checked = await withoutBarrier(
      page,
      {
        'event-library': async () => {
          await page.goto(`${target.url}/events/new?day=${year}-06-13`);
          await page.getByRole('button', { name: 'Médiathèque', exact: true }).click();
          await page.getByRole('dialog').getByRole('button', { name: 'Le pont en travaux' }).first().waitFor();
        },
        'event-pictures': async () => {
          await fill();
          // Half under the head of the page a field would be too small a target.
          await page.evaluate(() => {
            for (const e of document.querySelectorAll('*')) e.scrollTop = 0;
          });
        },
        'event-focal': async () => {
          await fill();
          await page.getByRole('button', { name: 'Cadrage de l’image 1' }).click();
          await page.getByRole('slider', { name: 'Point d’intérêt' }).waitFor();
        },
      },
      shots,
    );
    await fill();
    const alt = (n) => poster(page, n).getByRole('textbox', { name: 'Texte alternatif' });
    assert.equal(await alt(1).inputValue(), 'Les chalets du marché');
    await page.getByRole('button', { name: /^En faire l’affiche.*image 2$/ }).click();
    assert.equal(await alt(1).inputValue(), 'Le pont en travaux');
    await page.getByRole('button', { name: 'Cadrage de l’image 1' }).click();
    await page.getByRole('slider', { name: 'Point d’intérêt' }).focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowUp');
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('button', { name: 'Appliquer à tous les réseaux' }).click();
    await page.getByText('La série, 5 annonces').waitFor();
    await page.getByRole('button', { name: /^Programmer/ }).click();
    await page.waitForURL(/\/events\/(?!new)[^/?]+$/);
    await page.getByRole('heading', { level: 1, name }).waitFor();
    const id = new URL(page.url()).pathname.split('/').at(-1);
    const saved = await call('GET', `/events/${id}`);
    const [first] = saved.images;
    assert.deepEqual(
      saved.images.map((i) => i.alt),
      ['Le pont en travaux', 'Les chalets du marché'],
    );
    assert.ok(first.focal.x < 0.5 && first.focal.y < 0.4, JSON.stringify(first.focal));
    for (const a of saved.announcements)
      assert.deepEqual(a.images.map((i) => i.focal)[0], first.focal, 'the announcements frame it alike');

    // A change of something else leaves the point where it was.
    await page.getByRole('textbox', { name: 'Lieu' }).fill('Place de l’Église');
    await page.getByRole('button', { name: 'Enregistrer…' }).click();
    await page.getByRole('button', { name: 'Enregistrer les changements' }).click();
    await page.getByText('Tout est enregistré.').waitFor();
    const after = await call('GET', `/events/${id}`);
    assert.deepEqual([after.place, after.images[0].focal], ['Place de l’Église', first.focal]);
    return `${checked} states`;
  },
});
