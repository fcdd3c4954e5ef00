import { CalendarPlus, Trash2 } from 'lucide-react';
import { Checkbox } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { Button, IconButton } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { type DateRow, emptyDate } from './form';
import { Tick } from './Tick';

/** When: one date or several, with hours or for whole days. */
export function DatesField({
  dates,
  allDay,
  onDates,
  onAllDay,
}: {
  dates: DateRow[];
  allDay: boolean;
  onDates: (dates: DateRow[]) => void;
  onAllDay: (allDay: boolean) => void;
}) {
  const t = useTranslations('events');
  const set = (key: string, changed: Partial<DateRow>) =>
    onDates(dates.map((d) => (d.key === key ? { ...d, ...changed } : d)));
  return (
    <div className="space-y-3">
      {dates.map((date, i) => {
        const first = i === 0;
        const name = (field: string) => (first ? field : `other_dates[${i - 1}].${field}`);
        return (
          // biome-ignore lint/a11y/useSemanticElements: a legend would stand in the way of the grid
          <div
            key={date.key}
            role="group"
            aria-label={t('nthDate', { n: i + 1 })}
            className="grid grid-cols-2 gap-3 [&>*]:min-w-0"
          >
            <Field
              label={t('day')}
              type="date"
              isRequired
              name={name('starts_at')}
              value={date.day}
              onChange={(day) => set(date.key, { day })}
              className="col-span-2"
              note={
                first ? undefined : (
                  <IconButton
                    label={t('removeDate', { n: i + 1 })}
                    icon={Trash2}
                    className="-my-2 text-ink-2 hover:bg-sunken"
                    onPress={() => onDates(dates.filter((d) => d.key !== date.key))}
                  />
                )
              }
            />
            {!allDay && (
              <>
                <Field
                  label={t('from')}
                  type="time"
                  isRequired
                  value={date.from}
                  onChange={(from) => set(date.key, { from })}
                />
                <Field
                  label={t('to')}
                  type="time"
                  name={name('ends_at')}
                  value={date.to}
                  onChange={(to) => set(date.key, { to })}
                />
              </>
            )}
            {(allDay || date.until !== '') && (
              <Field
                label={t('until')}
                type="date"
                value={date.until}
                onChange={(until) => set(date.key, { until })}
                className="col-span-2"
              />
            )}
          </div>
        );
      })}
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <Checkbox
          isSelected={allDay}
          onChange={onAllDay}
          className="group flex min-h-9 cursor-pointer items-center gap-2 text-sm"
        >
          <Tick />
          {t('allDay')}
        </Checkbox>
        <Button
          size="sm"
          variant="ghost"
          className="ml-auto"
          onPress={() => onDates([...dates, { ...emptyDate(), from: dates[0]?.from ?? '', to: dates[0]?.to ?? '' }])}
        >
          <CalendarPlus size={16} aria-hidden />
          {t('addDate')}
        </Button>
      </div>
    </div>
  );
}
