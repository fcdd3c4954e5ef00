import { useSyncExternalStore } from 'react';

const WIDE = window.matchMedia('(min-width: 64rem)');

/** Whether the page has its desk layout, as `lg:` in class names. */
export const useWide = () =>
  useSyncExternalStore(
    (changed) => {
      WIDE.addEventListener('change', changed);
      return () => WIDE.removeEventListener('change', changed);
    },
    () => WIDE.matches,
  );
