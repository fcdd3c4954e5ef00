import { useSyncExternalStore } from 'react';

const STORED = 'crieur.theme';
export type Theme = 'light' | 'dark';
/** What was chosen on this device; `system` follows it. */
export type ThemeChoice = Theme | 'system';

const system = (): Theme => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
const isTheme = (value: unknown): value is Theme => value === 'light' || value === 'dark';

/** Follows the choice that was made on this device, else the system (in app.css). */
export function applyStoredTheme(): void {
  const stored = localStorage.getItem(STORED);
  if (isTheme(stored)) document.documentElement.dataset.theme = stored;
}

const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};
const chosen = (): ThemeChoice => {
  const { theme } = document.documentElement.dataset;
  return isTheme(theme) ? theme : 'system';
};

function choose(choice: ThemeChoice): void {
  if (choice === 'system') {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem(STORED);
  } else {
    document.documentElement.dataset.theme = choice;
    localStorage.setItem(STORED, choice);
  }
  for (const listener of listeners) listener();
}

export function useTheme() {
  const choice = useSyncExternalStore(subscribe, chosen);
  const theme = choice === 'system' ? system() : choice;
  return { theme, choice, choose, toggle: () => choose(theme === 'dark' ? 'light' : 'dark') };
}
