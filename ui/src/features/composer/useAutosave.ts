import { useEffect, useRef, useState } from 'react';
import { isAmbiguous } from '../../api/problem';
import { sessionEnd } from '../../api/session-end';
import type { Written } from './usePostWriter';

/** How long the writing must pause. */
const PAUSE = 2_000;
/** Until the next try, while nobody answers. */
const AGAIN = 5_000;

/**
 * Keeps a draft that is on the server up to date. Never a post that is to leave:
 * what citizens will see changes only when somebody says so.
 */
export function useAutosave({
  wanted,
  saved,
  allowed,
  write,
  onStale,
}: {
  /** What is written, as one text to compare. */
  wanted: string;
  saved: string;
  allowed: boolean;
  write: () => Promise<Written>;
  onStale: () => void;
}): number | null {
  const [savedAt, setSavedAt] = useState<number | null>(null);
  const [tries, tryAgain] = useState(0);
  const latest = useRef({ write, onStale });
  latest.current = { write, onStale };
  const due = allowed && wanted !== saved;

  useEffect(() => {
    if (!due) return;
    let current = true;
    let again: ReturnType<typeof setTimeout> | undefined;
    const id = setTimeout(
      async () => {
        const later = () => {
          again = setTimeout(() => tryAgain((n) => n + 1), AGAIN);
        };
        if (sessionEnd.get()) return later();
        const { post, problem } = await latest.current.write();
        if (post) setSavedAt(Date.now());
        if (!current) return;
        if (problem?.status === 412) latest.current.onStale();
        // What the server refuses is kept on the device, and tried again with the next change.
        else if (problem && (isAmbiguous(problem) || problem.status === 401)) later();
      },
      tries > 0 ? 0 : PAUSE,
    );
    return () => {
      current = false;
      clearTimeout(id);
      clearTimeout(again);
    };
  }, [due, wanted, tries]);

  useEffect(() => {
    if (!due) tryAgain(0);
  }, [due]);

  return savedAt;
}
