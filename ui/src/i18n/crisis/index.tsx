import { catalogue } from '../catalogue';
import fr from './fr.json';

/** The words of alerts. They are apart from the others, as their pages must be there first on a slow line. */
export const CrisisMessages = catalogue(fr, {
  nl: () => import('./nl.json'),
  de: () => import('./de.json'),
  en: () => import('./en.json'),
});
