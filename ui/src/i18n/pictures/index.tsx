import { catalogue } from '../catalogue';
import fr from './fr.json';

/** What is said where pictures are chosen and framed. */
export const PicturesMessages = catalogue(fr, {
  nl: () => import('./nl.json'),
  de: () => import('./de.json'),
  en: () => import('./en.json'),
});
