/*
 * The service worker: the application opens without the server, so that a text
 * can be written there and then. It keeps the application's own files and
 * nothing else: no answer of the API, no page of the commune.
 *
 * vite.config.ts fills in the list of files and the version.
 */
const CACHE = 'crieur-__VERSION__';
const FILES = __FILES__;
const PAGE = '/index.html';
/** How long a page waits for the server before what is kept is shown, in milliseconds. */
const PATIENCE = 2_500;
/** What the server answers itself. */
const NOT_OURS = /^\/(api|c|practice|plan|oauth|healthz|readyz|metrics)(\/|$)/;

addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
});

// The new version takes over once nobody has the old one open, or asked for it: what an open page loads later must be
// of its own version.
addEventListener('message', (event) => {
  if (event.data === 'take-over') skipWaiting();
});

addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys())
        if (name.startsWith('crieur-') && name !== CACHE) await caches.delete(name);
      await clients.claim();
    })(),
  );
});

const kept = (request) => caches.match(request, { cacheName: CACHE });

/** The server's page while it answers: it is the newest. Else the one that is kept. */
async function page(request) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const answer = await fetch(request, { signal: patience.signal });
    if (answer.ok) return answer;
  } catch {
    // Nobody answers, or not in time.
  } finally {
    clearTimeout(timer);
  }
  return (await kept(PAGE)) ?? fetch(request);
}

addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== location.origin || NOT_OURS.test(pathname)) return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else event.respondWith(kept(request).then((file) => file ?? fetch(request)));
});
