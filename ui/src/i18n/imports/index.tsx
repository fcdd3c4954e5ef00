import { catalogue } from '../catalogue';
import fr from './fr.json';

/** The words of sources, imports, templates and lists of posts. */
export const ImportsMessages = catalogue(fr, {
  nl: () => import('./nl.json'),
  de: () => import('./de.json'),
  en: () => import('./en.json'),
});
