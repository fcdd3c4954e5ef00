import { useSession } from '../api/session';
import { type DateStyle, formatInstant } from '../data/dates';
import { useLanguage } from '.';

/** Formats instants as the commune's clocks show them. */
export function useDates() {
  const { commune } = useSession();
  const { locale } = useLanguage();
  return (instant: string | number, style: DateStyle = 'short') => formatInstant(instant, style, locale, commune.zone);
}
