import { catalogue } from '../catalogue';
import fr from './fr.json';

/** The words that the list and the composer do without: those must be there fast. */
export const AllMessages = catalogue(fr, {
  nl: () => import('./nl.json'),
  de: () => import('./de.json'),
  en: () => import('./en.json'),
});
