import { getLocalTimeZone, now, toCalendarDateTime } from '@internationalized/date';
import clsx from 'clsx';
import { CalendarDays, ChevronLeft, ChevronRight } from 'lucide-react';
import {
  Button as AriaButton,
  Calendar,
  CalendarCell,
  CalendarGrid,
  CalendarGridBody,
  CalendarGridHeader,
  CalendarHeaderCell,
  DateInput,
  DatePicker,
  DateSegment,
  Dialog,
  Group,
  Heading,
  Label,
  Popover,
} from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { type Fold, resolveWall } from '../../data/wall';
import { formatWall, parseWall } from '../../data/wallFields';
import { Segmented } from '../../ui/Segmented';
import type { When } from './state';

const stepLook =
  'grid size-10 cursor-pointer place-items-center rounded-md text-ink-2 hover:bg-sunken disabled:opacity-40';

/** Day and hour, as the commune's clocks show them. */
export function WhenField({
  when,
  zone,
  invalid,
  onChange,
}: {
  when: When;
  zone: string;
  invalid: boolean;
  onChange: (changed: Partial<When>) => void;
}) {
  const t = useTranslations('when');
  const elsewhere = getLocalTimeZone() !== zone;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-0.5 max-lg:flex-col max-lg:items-start">
      <DatePicker
        value={parseWall(when.wall)}
        onChange={(time) => time && onChange({ wall: formatWall(time) })}
        minValue={toCalendarDateTime(now(zone)).set({ hour: 0, minute: 0, second: 0, millisecond: 0 })}
        granularity="minute"
        hourCycle={24}
        isInvalid={invalid}
        shouldForceLeadingZeros
      >
        <Label className="sr-only">{t('dayAndHour', { zone })}</Label>
        <Group className="flex h-10 items-center rounded-md border border-line-strong bg-surface pl-3 focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-focus invalid:border-failed max-lg:h-11">
          <DateInput className="flex items-center text-sm font-semibold">
            {(segment) => (
              <DateSegment
                segment={segment}
                className={clsx(
                  'rounded-sm py-0.5 text-center whitespace-pre outline-none focus:bg-accent focus:text-on-accent',
                  segment.type !== 'literal' && 'min-w-6',
                  segment.type === 'year' && 'px-1',
                  segment.isPlaceholder && 'text-ink-3',
                )}
              />
            )}
          </DateInput>
          <AriaButton className="ml-1.5 grid size-9 cursor-pointer place-items-center rounded-md text-ink-2 hover:bg-sunken">
            <CalendarDays size={17} aria-hidden />
          </AriaButton>
        </Group>
        <Popover placement="top start" className="rounded-lg border border-line bg-surface p-3 shadow-2">
          <Dialog className="outline-none">
            <Calendar>
              <header className="mb-1 flex items-center justify-between gap-2">
                <AriaButton slot="previous" className={stepLook}>
                  <ChevronLeft size={18} aria-hidden />
                </AriaButton>
                <Heading className="text-sm font-bold" />
                <AriaButton slot="next" className={stepLook}>
                  <ChevronRight size={18} aria-hidden />
                </AriaButton>
              </header>
              <CalendarGrid weekdayStyle="short">
                <CalendarGridHeader>
                  {(day) => (
                    <CalendarHeaderCell className="pb-1 text-xs font-medium text-ink-3">{day}</CalendarHeaderCell>
                  )}
                </CalendarGridHeader>
                <CalendarGridBody>
                  {(date) => (
                    <CalendarCell
                      date={date}
                      className="grid size-10 cursor-pointer place-items-center rounded-md text-sm hover:bg-sunken focus-visible:outline-2 focus-visible:outline-focus disabled:cursor-default disabled:text-ink-3 disabled:line-through selected:bg-accent selected:font-bold selected:text-on-accent outside-month:invisible"
                    />
                  )}
                </CalendarGridBody>
              </CalendarGrid>
            </Calendar>
          </Dialog>
        </Popover>
      </DatePicker>
      <span className="text-xs text-ink-3">{elsewhere ? t('zoneElsewhere', { zone }) : t('zone', { zone })}</span>
      {resolveWall(when.wall, zone).kind === 'twice' && (
        <span className="flex flex-wrap items-center gap-2 text-sm">
          {t('twice')}
          <Segmented<Fold>
            label={t('twice')}
            value={when.fold}
            onChange={(fold) => onChange({ fold })}
            items={[
              { id: 'earlier', label: t('earlier') },
              { id: 'later', label: t('later') },
            ]}
          />
        </span>
      )}
    </div>
  );
}
