import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { CalendarHeart, Plus } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { CalendarEvent, FreeSlot, Holiday } from '../../api/calendar';
import type { Day } from './days';
import { useDays } from './words';

/** What a day is called beside its number: public holidays first. */
export const holidayWords = (holidays: readonly Holiday[]): string =>
  holidays
    .toSorted((a, b) => Number(a.kind === 'school') - Number(b.kind === 'school'))
    .map((h) => h.name)
    .join(', ');

/** The day of an event, in petrol. */
export function EventRibbon({ event, tabIndex }: { event: CalendarEvent; tabIndex?: number }) {
  const t = useTranslations('calendar');
  const off = event.status === 'cancelled' || event.status === 'postponed';
  return (
    <Link
      to="/events/$id"
      params={{ id: event.id }}
      preload={false}
      tabIndex={tabIndex}
      draggable={false}
      data-series={event.id}
      className={clsx(
        'flex items-center gap-1 truncate rounded-sm bg-accent px-1.5 text-2xs leading-5 font-semibold text-on-accent hover:bg-accent-hover',
        'data-[hot]:ring-2 data-[hot]:ring-brass',
      )}
    >
      <CalendarHeart size={11} aria-hidden className="shrink-0" />
      <span className={clsx('truncate', off && 'line-through')}>
        <span className="sr-only">{t('event')} </span>
        {event.title}
      </span>
      {off && <span className="sr-only">{t('eventOff')}</span>}
    </Link>
  );
}

/** An hour of the commune's own rhythm at which nothing leaves yet. */
export function SlotLink({ slot, tabIndex, big = false }: { slot: FreeSlot; tabIndex?: number; big?: boolean }) {
  const t = useTranslations('calendar');
  const days = useDays();
  const [day = '', hour = ''] = slot.wall.split('T');
  return (
    <Link
      to="/compose"
      search={{ at: slot.wall }}
      preload={false}
      tabIndex={tabIndex}
      draggable={false}
      data-day={day}
      data-slot={hour}
      className={clsx(
        'flex w-full items-center gap-1 rounded-sm border border-dashed border-line-strong/60 text-ink-3 hover:border-accent hover:text-accent-ink',
        'data-[drop=yes]:border-solid data-[drop=yes]:border-accent data-[drop=yes]:bg-accent-soft data-[drop=yes]:text-accent-ink',
        big ? 'min-h-9 px-2.5 text-sm max-lg:min-h-11' : 'min-h-6 px-1.5 text-2xs',
      )}
    >
      <Plus size={big ? 14 : 11} aria-hidden className="shrink-0" />
      <span className="font-semibold">{hour}</span>
      <span className="truncate">{t('free')}</span>
      <span className="sr-only">{t('fillSlot', { day: days(day as Day, 'long') })}</span>
    </Link>
  );
}
