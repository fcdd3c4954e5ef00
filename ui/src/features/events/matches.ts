import type { AgendaEvent } from '../../api/events';
import type { EventFilter } from '../../routes/events';

const STATES: Record<EventFilter, AgendaEvent['status'][]> = {
  scheduled: ['scheduled', 'rescheduled'],
  moved: ['postponed', 'rescheduled'],
  cancelled: ['cancelled'],
};

/** Accents and capitals do not count. */
const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

export function matches(event: AgendaEvent, filter: { q?: string; state?: EventFilter }): boolean {
  if (filter.state && !STATES[filter.state].includes(event.status)) return false;
  if (!filter.q) return true;
  const words = plain([event.title, event.place, event.address, event.category].join(' '));
  return plain(filter.q)
    .split(/\s+/)
    .every((word) => words.includes(word));
}
