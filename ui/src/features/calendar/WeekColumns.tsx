import clsx from 'clsx';
import { memo } from 'react';
import { useTranslations } from 'use-intl';
import { EventRibbon, holidayWords, SlotLink } from './DayParts';
import { type Day, weekOf } from './days';
import { Cell, Grid, Row } from './Grid';
import { PostChip } from './PostChip';
import { type DayPlan, NOTHING, type Plan } from './plan';
import { useDayRest, useDays } from './words';

/** Posts and free hours of a day, by time. */
function byTime({ items, slots }: DayPlan) {
  const rows = [
    ...items.map((item) => ({ hour: item.hour, item, slot: null })),
    ...slots.map((slot) => ({ hour: slot.wall.slice(11), item: null, slot })),
  ];
  return rows.sort((a, b) => a.hour.localeCompare(b.hour));
}

const WeekDay = memo(function WeekDay({
  day,
  plan,
  place,
  active,
}: {
  day: Day;
  plan: DayPlan;
  place: 'past' | 'today' | 'ahead';
  active: boolean;
}) {
  const t = useTranslations('calendar');
  const days = useDays();
  const dayRest = useDayRest();
  const holidays = holidayWords(plan.holidays);
  const tabIndex = active ? 0 : -1;
  return (
    <Cell
      tabIndex={tabIndex}
      data-day={day}
      data-past={place === 'past' ? '' : undefined}
      aria-current={place === 'today' ? 'date' : undefined}
      className={clsx(
        'group/day relative min-w-[126px] flex-1 border-r border-line last:border-r-0 focus-visible:-outline-offset-2',
        place === 'past' ? 'bg-past' : 'bg-surface',
        'data-[drop=yes]:bg-accent-soft! data-[drop=yes]:shadow-[inset_0_0_0_2px_var(--accent)]',
        'data-[drop=no]:bg-failed-soft! data-[drop=no]:shadow-[inset_0_0_0_2px_var(--st-failed)]',
      )}
    >
      <div
        className={clsx(
          'sticky top-0 z-10 min-h-[4.25rem] border-b border-line px-2.5 py-2',
          place === 'today' ? 'bg-accent text-on-accent' : 'bg-surface-2',
        )}
      >
        <div className="text-xs font-semibold capitalize">{days(day, 'weekday')}</div>
        <div className="text-lg leading-tight font-bold">
          {Number(day.slice(8))}
          <span className="sr-only"> {dayRest(day, plan.items.length, { weekday: false })}</span>
        </div>
        {holidays && <div className="text-2xs leading-tight">{holidays}</div>}
      </div>
      <div className="space-y-1.5 p-1.5">
        {plan.events.map((event) => (
          <EventRibbon key={event.id} event={event} tabIndex={tabIndex} />
        ))}
        {byTime(plan).map(({ item, slot }) =>
          item ? (
            <PostChip key={item.entry.post_id} item={item} tabIndex={tabIndex} week />
          ) : (
            slot && <SlotLink key={slot.wall} slot={slot} tabIndex={tabIndex} big />
          ),
        )}
        {place === 'past' && (
          <p aria-hidden className="hidden text-xs font-semibold text-failed group-data-[drop=no]/day:block">
            {t('pastDay')}
          </p>
        )}
      </div>
    </Cell>
  );
});

/** A week as seven columns of cards. Not a grid of hours: most of its cells would be empty, and its titles cut. */
export function WeekColumns({
  label,
  week,
  plan,
  today,
  active,
  busy,
}: {
  label: string;
  /** Any day of it. */
  week: Day;
  plan: Plan;
  today: Day;
  active: Day;
  busy: boolean;
}) {
  const days = weekOf(week);
  const reached = days.includes(active) ? active : days[0];
  return (
    <Grid label={label} busy={busy} className="grid min-h-full min-w-[56rem]">
      <Row className="flex">
        {days.map((day) => (
          <WeekDay
            key={day}
            day={day}
            plan={plan.days.get(day) ?? NOTHING}
            place={day < today ? 'past' : day === today ? 'today' : 'ahead'}
            active={day === reached}
          />
        ))}
      </Row>
    </Grid>
  );
}
