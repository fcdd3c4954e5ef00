/**
 * Pictures that the server does not have yet, kept on this device until it does:
 * a browser that dies in the middle of sending loses none. Where the device has
 * no room or forbids it, the page works without.
 */
const DATABASE = 'crieur.pictures';
const STORE = 'pending';

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function ask<Answer>(
  mode: IDBTransactionMode,
  what: (store: IDBObjectStore) => IDBRequest<Answer>,
): Promise<Answer> {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const request = what(database.transaction(STORE, mode).objectStore(STORE));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  } finally {
    database.close();
  }
}

export const keepPicture = (key: string, file: File): Promise<boolean> =>
  ask('readwrite', (store) => store.put(file, key)).then(
    () => true,
    () => false,
  );

export const keptPicture = (key: string): Promise<File | null> =>
  ask('readonly', (store) => store.get(key) as IDBRequest<File | undefined>).then(
    (file) => file ?? null,
    () => null,
  );

export function forgetPictures(keys: string[]): void {
  for (const key of keys) ask('readwrite', (store) => store.delete(key)).catch(() => {});
}
