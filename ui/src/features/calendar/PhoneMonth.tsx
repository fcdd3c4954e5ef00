import clsx from 'clsx';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import { DaySection } from './DayList';
import { holidayWords } from './DayParts';
import { type Day, sameMonth, weeksOfMonth } from './days';
import { Cell, Grid, Head, Row } from './Grid';
import { lookOf, useByChannel } from './Look';
import { NOTHING, type Plan } from './plan';
import { useDayRest, useDays } from './words';

const DOTS = 4;
/** How many of the days that follow the chosen one are shown under it. */
const FOLLOWING = 4;

/** A month where there is no room for its posts: dots, and what is on the chosen day and the next ones. */
export function PhoneMonth({
  label,
  month,
  plan,
  today,
  active,
  onChoose,
  onMove,
  busy,
}: {
  label: string;
  month: Day;
  plan: Plan;
  today: Day;
  active: Day;
  onChoose: (day: Day) => void;
  onMove: (id: string) => void;
  busy: boolean;
}) {
  const t = useTranslations('calendar');
  const days = useDays();
  const dayRest = useDayRest();
  const byChannel = useByChannel();
  const weeks = useMemo(() => weeksOfMonth(month), [month]);
  const chosen = weeks.some((week) => week.includes(active)) ? active : `${month.slice(0, 7)}-01`;
  const following = [...plan.days]
    .filter(([day, { items, events }]) => day > chosen && items.length + events.length > 0)
    .map(([day]) => day)
    .sort()
    .slice(0, FOLLOWING);
  return (
    <>
      <Grid
        label={label}
        busy={busy}
        className="grid grid-cols-7 gap-y-0.5 border-b border-line bg-surface px-2 pt-2 pb-3"
      >
        <Row>
          {weeks[0]?.map((day) => (
            <Head
              key={day}
              short={days(day, 'weekdayShort').slice(0, 2)}
              whole={days(day, 'weekday')}
              className="pb-1 text-center text-2xs font-semibold text-ink-2"
            />
          ))}
        </Row>
        {weeks.map((week) => (
          <Row key={week[0]}>
            {week.map((day) => {
              const { items, events, holidays } = plan.days.get(day) ?? NOTHING;
              return (
                <Cell
                  key={day}
                  tabIndex={day === chosen ? 0 : -1}
                  data-day={day}
                  aria-selected={day === chosen}
                  aria-current={day === today ? 'date' : undefined}
                  onClick={() => onChoose(day)}
                  onKeyDown={(e) => (e.key === 'Enter' || e.key === ' ') && onChoose(day)}
                  className={clsx(
                    'flex h-12 cursor-pointer flex-col items-center justify-center gap-1 rounded-md',
                    day === chosen && 'bg-accent-soft',
                  )}
                >
                  <span
                    className={clsx(
                      'grid size-7 place-items-center rounded-full text-sm',
                      day === today
                        ? 'bg-accent font-bold text-on-accent'
                        : sameMonth(day, month)
                          ? 'font-medium text-ink'
                          : 'text-ink-2',
                      day !== today && holidays.some((h) => h.kind === 'public') && 'underline underline-offset-2',
                    )}
                  >
                    {Number(day.slice(8))}
                  </span>
                  <span className="sr-only">
                    {[dayRest(day, items.length, { weekday: true }), holidayWords(holidays)].filter(Boolean).join(', ')}
                  </span>
                  <span aria-hidden className="flex h-1.5 gap-[3px]">
                    {events.length > 0 && <span className="h-1.5 w-3 rounded-full bg-accent" />}
                    {items.slice(0, DOTS).map((item) => {
                      const { className, bars } = lookOf(item, byChannel);
                      return (
                        <span
                          key={item.entry.post_id}
                          className={clsx(
                            'flex size-1.5 overflow-hidden rounded-full bg-transparent! outline-0!',
                            className,
                          )}
                        >
                          {bars.map((ink) => (
                            <span key={ink} className={clsx('flex-1 bg-current', ink)} />
                          ))}
                        </span>
                      );
                    })}
                  </span>
                </Cell>
              );
            })}
          </Row>
        ))}
      </Grid>
      <div className="space-y-5 p-4">
        {[chosen, ...following].map((day) => (
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
    </>
  );
}
