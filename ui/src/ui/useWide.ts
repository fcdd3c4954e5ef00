import { useSyncExternalStore } from 'react';

const WIDE = '(min-width: 64rem)';

const subscribe = (changed: () => void) => {
  const media = matchMedia(WIDE);
  media.addEventListener('change', changed);
  return () => media.removeEventListener('change', changed);
};

/** Whether the page has its desk layout, as `lg:` in class names: the other layout is not drawn at all. */
export const useWide = (): boolean => useSyncExternalStore(subscribe, () => matchMedia(WIDE).matches);
