import { useTranslations } from 'use-intl';
import type { SeriesStep } from '../../api/events';
import { Field } from '../../ui/Field';
import { Select } from '../../ui/Select';
import { offsetOf, periodOf } from './steps';

/** So many days before or after the event, at an hour. */
export function StepTiming({ step, onChange }: { step: SeriesStep; onChange: (step: SeriesStep) => void }) {
  const t = useTranslations('events');
  const offset = offsetOf(step);
  const side = step.after ? 'after' : offset === 0 ? 'day' : 'before';
  const days = Math.max(1, Math.abs(offset));
  const put = (where: string, n: number) =>
    onChange({ ...step, ...periodOf(where === 'day' ? 0 : where === 'after' ? n : -n) });
  return (
    <div className="grid gap-3 sm:grid-cols-[1fr_100px_130px]">
      <Select
        label={t('side')}
        value={side}
        onChange={(where) => put(where, days)}
        choices={[
          { value: 'before', label: t('sideBefore') },
          { value: 'day', label: t('sideDay') },
          { value: 'after', label: t('sideAfter') },
        ]}
      />
      {side === 'day' ? (
        <span className="max-sm:hidden" />
      ) : (
        <Field
          label={t('days')}
          isRequired
          type="number"
          value={String(days)}
          onChange={(n) => put(side, Math.min(365, Math.max(1, Math.round(Number(n)) || 1)))}
          input={{ min: 1, max: 365 }}
        />
      )}
      <Field
        label={t('hour')}
        isRequired
        type="time"
        value={step.at ?? ''}
        onChange={(at) => onChange({ ...step, at })}
      />
    </div>
  );
}
