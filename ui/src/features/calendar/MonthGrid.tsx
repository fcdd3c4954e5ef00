import { useMemo } from 'react';
import { DayCell } from './DayCell';
import { type Day, sameMonth, weeksOfMonth } from './days';
import { Grid, Head, Row } from './Grid';
import { NOTHING, type Plan } from './plan';
import { useDays } from './words';

/** A month in whole weeks, as a grid for eyes and for screen readers alike. */
export function MonthGrid({
  label,
  month,
  plan,
  today,
  active,
  keep,
  busy,
}: {
  label: string;
  /** Any day of it. */
  month: Day;
  plan: Plan;
  today: Day;
  /** The day that Tab reaches. */
  active: Day;
  /** A post that must be in sight, as it was just moved. */
  keep: string | null;
  busy: boolean;
}) {
  const days = useDays();
  const weeks = useMemo(() => weeksOfMonth(month), [month]);
  const reached = weeks.some((week) => week.includes(active)) ? active : `${month.slice(0, 7)}-01`;
  return (
    <Grid
      label={label}
      busy={busy}
      className="grid min-h-full min-w-[46rem] auto-rows-[minmax(112px,1fr)] grid-cols-7 grid-rows-[30px]"
    >
      <Row>
        {weeks[0]?.map((day) => (
          <Head
            key={day}
            short={days(day, 'weekdayShort')}
            whole={days(day, 'weekday')}
            className="sticky top-0 z-10 border-r border-b border-line bg-surface-2 px-2 py-1.5 text-xs leading-4 font-semibold text-ink-2 last:border-r-0"
          />
        ))}
      </Row>
      {weeks.map((week) => (
        <Row key={week[0]}>
          {week.map((day) => {
            const dayPlan = plan.days.get(day) ?? NOTHING;
            return (
              <DayCell
                key={day}
                day={day}
                plan={dayPlan}
                place={day < today ? 'past' : day === today ? 'today' : 'ahead'}
                outside={!sameMonth(day, month)}
                active={day === reached}
                keep={keep && dayPlan.items.some((i) => i.entry.post_id === keep) ? keep : null}
              />
            );
          })}
        </Row>
      ))}
    </Grid>
  );
}
