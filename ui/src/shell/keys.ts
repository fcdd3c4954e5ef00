import type { LinkProps } from '@tanstack/react-router';

/** G, then one of these. The letters are those of the French names. */
export const PLACES = {
  a: '/',
  c: '/calendar',
  p: '/posts',
  e: '/events',
  m: '/media',
  k: '/channels',
} as const satisfies Record<string, LinkProps['to']>;

const STORED = 'crieur.shortcuts';

/** Keys without Ctrl get in the way of speech control and of some hands: they can be switched off. */
export const singleKeys = {
  areOn: () => localStorage.getItem(STORED) !== 'off',
  set: (on: boolean) => localStorage.setItem(STORED, on ? 'on' : 'off'),
};

const TYPED_INTO = 'input, textarea, select, [contenteditable], [role=textbox], [role=spinbutton], [role=combobox]';

/** Whether a key means itself where it was pressed: in a field, a dialog, or with another key. */
export function isTyped(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return true;
  const { target } = event;
  return (
    target instanceof Element &&
    target.closest(`${TYPED_INTO}, [role=dialog], [role=alertdialog], [role=menu]`) !== null
  );
}
