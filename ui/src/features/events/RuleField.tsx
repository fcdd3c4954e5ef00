import { ToggleButton } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { Field } from '../../ui/Field';
import { Select } from '../../ui/Select';
import { PLACES, type RuleForm, WEEKDAYS, type Weekday } from './rule';

/** When something comes again, in the words of a notice board. */
export function RuleField({ value, onChange }: { value: RuleForm; onChange: (rule: RuleForm) => void }) {
  const t = useTranslations('recurrences');
  const weekday = useTranslations('weekday');
  const place = useTranslations('monthPlace');
  const set = (changed: Partial<RuleForm>) => onChange({ ...value, ...changed });
  const weekly = value.every === 'week' || value.every === 'twoWeeks';
  return (
    <div className="space-y-3">
      <Select
        label={t('every')}
        value={value.every}
        onChange={(every) => set({ every: every as RuleForm['every'] })}
        choices={[
          { value: 'week', label: t('everyWeek') },
          { value: 'twoWeeks', label: t('everyTwoWeeks') },
          { value: 'monthWeekday', label: t('everyMonthWeekday') },
          { value: 'monthDay', label: t('everyMonthDay') },
          { value: 'year', label: t('everyYear') },
        ]}
      />
      {weekly && (
        <fieldset>
          <legend className="mb-1.5 text-sm font-semibold">{t('onDays')}</legend>
          <div className="flex flex-wrap gap-2">
            {WEEKDAYS.map((d) => (
              <ToggleButton
                key={d}
                isSelected={value.weekdays.includes(d)}
                onChange={(on) => {
                  const weekdays = on ? [...value.weekdays, d] : value.weekdays.filter((w) => w !== d);
                  if (weekdays.length > 0) set({ weekdays });
                }}
                className="inline-flex h-9 cursor-pointer items-center rounded-full border border-line-strong bg-surface px-3 text-sm font-semibold text-ink-2 hover:bg-surface-2 selected:border-accent selected:bg-accent-soft selected:text-accent-ink max-lg:h-11"
              >
                {weekday(d)}
              </ToggleButton>
            ))}
          </div>
        </fieldset>
      )}
      {value.every === 'monthWeekday' && (
        <div className="grid grid-cols-2 gap-3">
          <Select
            label={t('place')}
            value={String(value.place)}
            onChange={(p) => set({ place: PLACES.find((known) => String(known) === p) ?? 1 })}
            choices={PLACES.map((p) => ({ value: String(p), label: place(p === -1 ? 'last' : (String(p) as '1')) }))}
          />
          <Select
            label={t('weekday')}
            value={value.weekday}
            onChange={(d) => set({ weekday: d as Weekday })}
            choices={WEEKDAYS.map((d) => ({ value: d, label: weekday(d) }))}
          />
        </div>
      )}
      {value.every === 'monthDay' && (
        <Field
          label={t('monthDay')}
          isRequired
          type="number"
          value={String(value.monthDay)}
          onChange={(n) => set({ monthDay: Math.min(31, Math.max(1, Math.round(Number(n)) || 1)) })}
          input={{ min: 1, max: 31 }}
        />
      )}
      <Field label={t('ruleEnd')} type="date" value={value.until} onChange={(until) => set({ until })} />
    </div>
  );
}
