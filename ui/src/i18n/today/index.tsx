import { catalogue } from '../catalogue';
import fr from './fr.json';

/** The words of the first page. */
export const TodayMessages = catalogue(fr, {
  nl: () => import('./nl.json'),
  de: () => import('./de.json'),
  en: () => import('./en.json'),
});
