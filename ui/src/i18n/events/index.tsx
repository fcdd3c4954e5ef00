import { catalogue } from '../catalogue';
import fr from './fr.json';

/** The words of events and recurring information. */
export const EventsMessages = catalogue(fr, {
  nl: () => import('./nl.json'),
  de: () => import('./de.json'),
  en: () => import('./en.json'),
});
