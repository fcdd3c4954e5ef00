import { useEffect } from 'react';

/** Ctrl+Enter, Ctrl+S, and Ctrl with a digit for the tabs: by place on the keyboard, as Belgian digits need Shift. */
export function useKeys({
  onSave,
  onPublish,
  onTab,
  off,
}: {
  onSave: () => void;
  onPublish: () => void;
  /** 0 is the common text. */
  onTab: (n: number) => void;
  /** A dialog is open. */
  off: boolean;
}): void {
  useEffect(() => {
    if (off) return;
    const pressed = (e: KeyboardEvent) => {
      if (!(e.ctrlKey || e.metaKey) || e.altKey || e.repeat) return;
      const digit = /^Digit([1-9])$/.exec(e.code);
      if (e.key === 'Enter') onPublish();
      else if (e.key.toLowerCase() === 's' && !e.shiftKey) onSave();
      else if (digit && !e.shiftKey) onTab(Number(digit[1]) - 1);
      else return;
      e.preventDefault();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  });
}
