import clsx from 'clsx';
import { memo } from 'react';
import { useTranslations } from 'use-intl';
import { EventRibbon, holidayWords, SlotLink } from './DayParts';
import { capital, type Day } from './days';
import { EntryRow } from './EntryRow';
import { type DayPlan, NOTHING, type Plan } from './plan';
import { useDays } from './words';

/** A day with everything on it. Out of sight, the browser does not lay it out; a search still finds it. */
export const DaySection = memo(function DaySection({
  day,
  plan,
  isToday,
  empty,
  onMove,
}: {
  day: Day;
  plan: DayPlan;
  isToday: boolean;
  /** Said of a day on which nothing is. */
  empty?: string | undefined;
  onMove: (id: string) => void;
}) {
  const t = useTranslations('calendar');
  const days = useDays();
  const holidays = holidayWords(plan.holidays);
  const id = `day-${day}`;
  return (
    <section
      aria-labelledby={id}
      className="[content-visibility:auto]"
      style={{ containIntrinsicSize: `auto ${52 + 84 * Math.max(1, plan.items.length)}px` }}
    >
      <h2 id={id} tabIndex={-1} className="mb-2 flex flex-wrap items-baseline gap-x-2 text-sm font-bold outline-none">
        {capital(days(day, 'long'))}
        {isToday && <span className="rounded-full bg-accent px-2 py-0.5 text-xs text-on-accent">{t('today')}</span>}
        {holidays && <span className="text-xs font-medium text-ink-2">{holidays}</span>}
      </h2>
      <div className="space-y-2">
        {plan.events.length > 0 && (
          <ul className="space-y-1">
            {plan.events.map((event) => (
              <li key={event.id}>
                <EventRibbon event={event} />
              </li>
            ))}
          </ul>
        )}
        {plan.items.length > 0 && (
          <ul className="space-y-2">
            {plan.items.map((item) => (
              <EntryRow key={item.entry.post_id} item={item} onMove={onMove} />
            ))}
          </ul>
        )}
        {plan.items.length === 0 && empty && (
          <p className="rounded-lg border border-dashed border-line-strong px-4 py-3 text-sm text-ink-2">{empty}</p>
        )}
        {plan.slots.length > 0 && (
          <ul className={clsx('flex flex-wrap gap-2')}>
            {plan.slots.map((slot) => (
              <li key={slot.wall} className="w-36">
                <SlotLink slot={slot} big />
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
});

/** Some days one under the other; those on which nothing is are left out. */
export function DayList({
  shown,
  plan,
  today,
  onMove,
}: {
  shown: Day[];
  plan: Plan;
  today: Day;
  onMove: (id: string) => void;
}) {
  const t = useTranslations('calendar');
  const filled = shown.filter((day) => {
    const { items, events } = plan.days.get(day) ?? NOTHING;
    return items.length > 0 || events.length > 0 || day === today;
  });
  return (
    <div className="mx-auto w-full max-w-3xl space-y-6 p-4 lg:p-6">
      {filled.length === 0 && <p className="py-10 text-center text-ink-2">{t('nothingHere')}</p>}
      {filled.map((day) => (
        <DaySection
          key={day}
          day={day}
          plan={plan.days.get(day) ?? NOTHING}
          isToday={day === today}
          empty={t('nothingThatDay')}
          onMove={onMove}
        />
      ))}
    </div>
  );
}
