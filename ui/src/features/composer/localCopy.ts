import { useEffect, useRef, useState } from 'react';
import { forgetPictures } from './pictureStore';
import type { Draft } from './state';

/** What this device keeps of a text that is not saved on the server yet. */
export type LocalCopy = {
  draft: Draft;
  idempotencyKey: string;
  /** The version of the post that was changed; 0 for a new one. */
  version: number;
};

const PAUSE = 500;
const FORMAT = 2;
/** The text of a person: a new one, or what they change of a post. */
export const copyName = (userId: string, postId: string | null) =>
  `crieur.compose.${FORMAT}.${userId}.${postId ?? 'new'}`;

/** A reason that passes; the picture itself is kept apart. */
const keepable = (draft: Draft): Draft => ({
  ...draft,
  images: draft.images.map((image) =>
    image.upload.state === 'stored' ? image : { ...image, src: '', upload: { state: 'sending', fraction: 0 } },
  ),
});

export function readLocalCopy(name: string): LocalCopy | null {
  const stored = localStorage.getItem(name);
  if (stored === null) return null;
  try {
    return JSON.parse(stored) as LocalCopy;
  } catch {
    // A copy that cannot be read is no copy; the next one replaces it.
    return null;
  }
}

export function dropLocalCopy(name: string): void {
  const keys = readLocalCopy(name)?.draft.images.map((image) => image.key) ?? [];
  localStorage.removeItem(name);
  forgetPictures(keys);
}

/** Keeps the text on this device while it is written. Gives when it last did. */
export function useLocalCopy(name: string, copy: LocalCopy | null): number | null {
  const [keptAt, setKeptAt] = useState<number | null>(null);
  const latest = useRef({ name, copy });
  latest.current = { name, copy };
  useEffect(() => {
    if (!copy) return;
    const id = setTimeout(() => {
      if (store(name, copy)) setKeptAt(Date.now());
    }, PAUSE);
    return () => clearTimeout(id);
  }, [name, copy]);

  useEffect(() => {
    const keep = () => {
      const { name, copy } = latest.current;
      if (copy) store(name, copy);
    };
    // A phone may end a page that is hidden without another word.
    document.addEventListener('visibilitychange', keep);
    window.addEventListener('pagehide', keep);
    return () => {
      document.removeEventListener('visibilitychange', keep);
      window.removeEventListener('pagehide', keep);
      keep();
    };
  }, []);

  return copy ? keptAt : null;
}

function store(name: string, copy: LocalCopy): boolean {
  try {
    localStorage.setItem(name, JSON.stringify({ ...copy, draft: keepable(copy.draft) }));
    return true;
  } catch {
    // The device's store is full or forbidden: the page then does not say that a copy was kept.
    return false;
  }
}
