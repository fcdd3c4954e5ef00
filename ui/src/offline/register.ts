/** Whether a newer version of the application is there, and how to change to it. */
class Update {
  private waiting: ServiceWorker | null = null;
  private readonly listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  readonly isReady = () => this.waiting !== null;
  found(worker: ServiceWorker) {
    this.waiting = worker;
    for (const listener of this.listeners) listener();
  }
  /** The page is loaded anew by the newer version. What was typed must be safe before. */
  take() {
    navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true });
    this.waiting?.postMessage('take-over');
  }
}

export const update = new Update();

/** How often an open page asks for a newer version, in milliseconds. */
const LOOK_EVERY = 30 * 60_000;

/** Lets the application open without the server. A browser that refuses does without. */
export async function keepOffline(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const registration = await navigator.serviceWorker.register('/sw.js').catch(() => null);
  if (!registration) return;
  // The first version replaces nothing.
  const news = () => {
    if (navigator.serviceWorker.controller && registration.waiting) update.found(registration.waiting);
  };
  news();
  registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', news));
  setInterval(() => void registration.update().catch(() => {}), LOOK_EVERY);
}
