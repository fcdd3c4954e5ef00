import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { Plus } from 'lucide-react';
import { memo } from 'react';
import { useTranslations } from 'use-intl';
import { EventRibbon, holidayWords, SlotLink } from './DayParts';
import type { Day } from './days';
import { Cell } from './Grid';
import { USUAL_HOUR } from './moving';
import { PostChip } from './PostChip';
import type { DayPlan, Item } from './plan';
import { useDayRest, useDays } from './words';

/** What fits in a cell without making its week taller than its neighbours. */
const ROOM = 3;

/** The posts that are shown: the first ones, and the one that must be in sight. */
export function fitting(items: readonly Item[], room: number, keep: string | null): Item[] {
  if (items.length <= room) return [...items];
  const shown = items.slice(0, room);
  const kept = keep === null ? undefined : items.slice(room).find((i) => i.entry.post_id === keep);
  return kept ? [...shown.slice(0, -1), kept] : shown;
}

/** One day of the month. Drawn again only when something of the day itself changes. */
export const DayCell = memo(function DayCell({
  day,
  plan,
  place,
  outside,
  active,
  keep,
}: {
  day: Day;
  plan: DayPlan;
  place: 'past' | 'today' | 'ahead';
  /** Of the month before or after. */
  outside: boolean;
  active: boolean;
  keep: string | null;
}) {
  const t = useTranslations('calendar');
  const days = useDays();
  const dayRest = useDayRest();
  const { items, events, slots } = plan;
  const holidays = holidayWords(plan.holidays);
  const room = Math.max(1, ROOM - Math.min(events.length, 2));
  const shown = fitting(items, room, keep);
  const free = shown.length < 2 ? slots.slice(0, 2 - shown.length) : [];
  const tabIndex = active ? 0 : -1;
  const first = day.endsWith('-01');
  return (
    <Cell
      tabIndex={tabIndex}
      data-day={day}
      data-past={place === 'past' ? '' : undefined}
      aria-current={place === 'today' ? 'date' : undefined}
      className={clsx(
        'group/day relative min-w-0 border-r border-b border-line p-1 [contain:layout_paint] focus-visible:-outline-offset-2 [&:nth-child(7n)]:border-r-0',
        place === 'past' ? 'bg-past' : 'bg-surface',
        place === 'today' && 'shadow-[inset_0_3px_0_var(--accent)]',
        'data-[drop=yes]:bg-accent-soft! data-[drop=yes]:shadow-[inset_0_0_0_2px_var(--accent)]',
        'data-[drop=no]:bg-failed-soft! data-[drop=no]:shadow-[inset_0_0_0_2px_var(--st-failed)]',
      )}
    >
      <div className="mb-0.5 flex h-6 items-center gap-1.5 px-0.5">
        <span
          className={clsx(
            'flex h-6 min-w-6 shrink-0 items-center justify-center rounded-full px-1 text-xs whitespace-nowrap',
            place === 'today'
              ? 'bg-accent font-bold text-on-accent'
              : outside
                ? 'text-ink-3'
                : 'font-semibold text-ink-2',
          )}
        >
          {Number(day.slice(8))}
          {first && (
            <span aria-hidden className="ml-1">
              {days(day, 'monthShort')}
            </span>
          )}
        </span>
        <span className="sr-only">{dayRest(day, items.length, { weekday: true })}</span>
        {holidays && (
          <span title={holidays} className="truncate text-2xs text-ink-3">
            {holidays}
          </span>
        )}
        {place === 'ahead' && (
          <Link
            to="/compose"
            search={{ at: slots[0]?.wall ?? `${day}T${USUAL_HOUR}` }}
            preload={false}
            tabIndex={tabIndex}
            draggable={false}
            aria-label={t('newOn', { day: days(day, 'long') })}
            className="ml-auto grid size-6 shrink-0 place-items-center rounded text-ink-3 opacity-0 group-hover/day:opacity-100 hover:bg-sunken hover:text-ink focus-visible:opacity-100"
          >
            <Plus size={15} aria-hidden />
          </Link>
        )}
      </div>
      <div className="space-y-1">
        {events.slice(0, 2).map((event) => (
          <EventRibbon key={event.id} event={event} tabIndex={tabIndex} />
        ))}
        {shown.map((item) => (
          <PostChip key={item.entry.post_id} item={item} tabIndex={tabIndex} lines={shown.length > 1 ? 2 : 3} />
        ))}
        {items.length > shown.length && (
          <Link
            to="/calendar"
            search={(before) => ({ ...before, view: 'week', date: day })}
            preload={false}
            tabIndex={tabIndex}
            draggable={false}
            className="inline-flex min-h-6 items-center rounded px-1 text-2xs font-semibold text-accent-ink hover:underline"
          >
            <span>{t('more', { n: items.length - shown.length })}</span>
            <span className="sr-only"> {t('moreOf', { n: items.length - shown.length, day: days(day, 'long') })}</span>
          </Link>
        )}
        {free.map((slot) => (
          <SlotLink key={slot.wall} slot={slot} tabIndex={tabIndex} />
        ))}
      </div>
      {place === 'past' && (
        <p
          aria-hidden
          className="pointer-events-none absolute inset-x-1 bottom-1 hidden rounded-sm bg-surface px-1.5 py-0.5 text-2xs font-semibold text-failed group-data-[drop=no]/day:block"
        >
          {t('pastDay')}
        </p>
      )}
    </Cell>
  );
});
