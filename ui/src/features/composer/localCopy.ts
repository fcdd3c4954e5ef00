import { useEffect, useRef, useState } from 'react';
import type { Draft } from './state';

/** What this device keeps of a text that is not saved on the server yet. */
export type LocalCopy = { draft: Draft; idempotencyKey: string };

const PAUSE = 800;
const VERSION = 1;
const nameFor = (userId: string) => `crieur.compose.${VERSION}.${userId}`;

/** Pictures that the server does not have cannot be kept. */
const keepable = (draft: Draft): Draft => ({
  ...draft,
  images: draft.images.filter((image) => image.upload.state === 'stored'),
});

export function readLocalCopy(userId: string): LocalCopy | null {
  const stored = localStorage.getItem(nameFor(userId));
  if (stored === null) return null;
  try {
    return JSON.parse(stored) as LocalCopy;
  } catch {
    // A copy that cannot be read is no copy; the next one replaces it.
    return null;
  }
}

export const dropLocalCopy = (userId: string) => localStorage.removeItem(nameFor(userId));

/** Keeps the text on this device while it is written. Gives when it last did. */
export function useLocalCopy(userId: string, copy: LocalCopy | null): number | null {
  const [savedAt, setSavedAt] = useState<number | null>(null);
  const latest = useRef(copy);
  useEffect(() => {
    latest.current = copy;
    if (!copy) return;
    const id = setTimeout(() => {
      if (store(userId, copy)) setSavedAt(Date.now());
    }, PAUSE);
    return () => clearTimeout(id);
  }, [userId, copy]);

  useEffect(() => {
    const keep = () => latest.current && store(userId, latest.current);
    window.addEventListener('pagehide', keep);
    return () => window.removeEventListener('pagehide', keep);
  }, [userId]);

  return copy ? savedAt : null;
}

function store(userId: string, copy: LocalCopy): boolean {
  try {
    localStorage.setItem(nameFor(userId), JSON.stringify({ ...copy, draft: keepable(copy.draft) }));
    return true;
  } catch {
    // The device's store is full or forbidden: the page then does not say that a copy was kept.
    return false;
  }
}
