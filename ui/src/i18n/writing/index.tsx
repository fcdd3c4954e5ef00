import { catalogue } from '../catalogue';
import fr from './fr.json';

/** What the composer says beyond its first look. */
export const WritingMessages = catalogue(fr, {
  nl: () => import('./nl.json'),
  de: () => import('./de.json'),
  en: () => import('./en.json'),
});
