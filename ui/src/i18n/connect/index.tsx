import { catalogue } from '../catalogue';
import fr from './fr.json';

/** The words of connecting channels, practice and the first run. */
export const ConnectMessages = catalogue(fr, {
  nl: () => import('./nl.json'),
  de: () => import('./de.json'),
  en: () => import('./en.json'),
});
