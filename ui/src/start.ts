/*
 * The first script, small so that it runs while the others arrive: it asks for
 * the data of this address, which would otherwise wait for them, then runs them
 * one by one.
 */
import './app.css';
import { askEarly } from './early/answers';
import { EARLY_PAGES } from './early/pages';

/** Once what the page itself brings is on the screen; a page in the background is not painted, and does not wait. */
const painted = () =>
  new Promise<void>((done) => {
    if (document.visibilityState === 'visible') requestAnimationFrame(() => setTimeout(done));
    else done();
  });

/** Lets taps, keys and paint through between two long pieces of work. */
const breathe = () => new Promise((done) => setTimeout(done));

askEarly(EARLY_PAGES[location.pathname]?.asks ?? []);
void (async () => {
  await painted();
  // The first use reads the browser's tables of languages: some milliseconds that nobody has to wait for here.
  new Intl.DateTimeFormat('fr-BE');
  await breathe();
  // In one piece, a slow phone would not answer for half a second.
  await import('react-dom/client');
  await breathe();
  await import('./ui/Button');
  await breathe();
  const { newRouter } = await import('./router');
  await breathe();
  const router = newRouter();
  await breathe();
  const { open } = await import('./main');
  open(router);
})();
