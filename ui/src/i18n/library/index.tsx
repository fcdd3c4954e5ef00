import { catalogue } from '../catalogue';
import fr from './fr.json';

/** The words of the media library. */
export const LibraryMessages = catalogue(fr, {
  nl: () => import('./nl.json'),
  de: () => import('./de.json'),
  en: () => import('./en.json'),
});
