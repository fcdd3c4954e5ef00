import { LIGHT } from './lighterRules';

/** A phone that takes longer than this to draw a picture sends it sooner than that, in milliseconds. */
const PATIENCE = 30_000;

let before: Promise<unknown> = Promise.resolve();

/**
 * The picture as it is worth sending: photographs that are larger than any network shows are made smaller first. Gives
 * the file itself wherever that is not possible or not worthwhile, and never fails. One at a time: a phone has no
 * memory for two.
 */
export function lighten(file: File, signal: AbortSignal): Promise<File> {
  if (file.size <= LIGHT || typeof Worker === 'undefined' || typeof OffscreenCanvas === 'undefined')
    return Promise.resolve(file);
  const mine = before.then(() => (signal.aborted ? file : drawn(file, signal)));
  before = mine;
  return mine;
}

function drawn(file: File, signal: AbortSignal): Promise<File> {
  return new Promise((resolve) => {
    // Of its own for each picture: what a large one takes is given back with it.
    const worker = new Worker(new URL('./lighten.worker.ts', import.meta.url), { type: 'module' });
    const end = (picture: Blob | null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', asItIs);
      worker.terminate();
      resolve(picture ? new File([picture], asJpeg(file.name), { type: picture.type }) : file);
    };
    const asItIs = () => end(null);
    const timer = setTimeout(asItIs, PATIENCE);
    signal.addEventListener('abort', asItIs);
    worker.onmessage = (e: MessageEvent<Blob | null>) => end(e.data);
    worker.onerror = asItIs;
    worker.onmessageerror = asItIs;
    worker.postMessage(file);
  });
}

const asJpeg = (name: string) => (/\.jpe?g$/i.test(name) ? name : `${name.replace(/\.[^.]+$/, '')}.jpg`);
