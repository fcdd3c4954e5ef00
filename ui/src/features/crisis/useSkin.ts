import { useLayoutEffect } from 'react';

/** Clothes the whole document, dialogs included: nobody may take an alert for anything else, nor an exercise for an alert. */
export function useSkin(exercise: boolean): void {
  useLayoutEffect(() => {
    document.documentElement.dataset.skin = exercise ? 'exercise' : 'alert';
    return () => {
      delete document.documentElement.dataset.skin;
    };
  }, [exercise]);
}
