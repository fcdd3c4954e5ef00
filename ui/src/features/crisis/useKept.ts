import { useState } from 'react';

const nameFor = (what: string) => `crieur.alert.say.1.${what}`;

function read(what: string): string | null {
  try {
    return localStorage.getItem(nameFor(what));
  } catch {
    return null;
  }
}

/** What somebody wrote for the next message, kept on this device until it has left. null: nothing was changed. */
export function useKept(what: string): [string | null, (text: string) => void, () => void] {
  const [text, set] = useState(() => read(what));
  const put = (value: string) => {
    set(value);
    try {
      localStorage.setItem(nameFor(what), value);
    } catch {
      // Full or forbidden: the text is still on the page.
    }
  };
  return [text, put, () => localStorage.removeItem(nameFor(what))];
}
