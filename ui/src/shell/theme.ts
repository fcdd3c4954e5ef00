import { useState } from 'react';

const STORED = 'crieur.theme';
export type Theme = 'light' | 'dark';

const system = (): Theme => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
const isTheme = (value: unknown): value is Theme => value === 'light' || value === 'dark';

/** Follows the choice that was made on this device, else the system (in app.css). */
export function applyStoredTheme(): void {
  const stored = localStorage.getItem(STORED);
  if (isTheme(stored)) document.documentElement.dataset.theme = stored;
}

export function useTheme() {
  const [theme, set] = useState<Theme>(() => {
    const chosen = document.documentElement.dataset.theme;
    return isTheme(chosen) ? chosen : system();
  });
  const toggle = () => {
    const next = theme === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset.theme = next;
    localStorage.setItem(STORED, next);
    set(next);
  };
  return { theme, toggle };
}
