import { Label, TextArea, TextField } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { useDates } from '../../i18n/useDates';
import { Field, inputLook } from '../../ui/Field';
import { chipLook } from './BlankFields';
import { nextUpdateAt } from './draft';

export function MessageField({
  label,
  value,
  note,
  onChange,
}: {
  label: string;
  value: string;
  note?: string | undefined;
  onChange: (value: string) => void;
}) {
  return (
    <TextField value={value} onChange={onChange} isRequired>
      <span className="mb-1 flex items-baseline justify-between gap-3">
        <Label className="text-sm font-bold">{label}</Label>
        {note && <span className="text-xs text-ink-2">{note}</span>}
      </span>
      <TextArea
        rows={5}
        maxLength={4000}
        className={`${inputLook} scroll-slim resize-none py-3 text-[1.0625rem] leading-normal [field-sizing:content]`}
      />
    </TextField>
  );
}

export function TitleField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const t = useTranslations('alert');
  return (
    <Field
      label={t('title')}
      value={value}
      onChange={onChange}
      isRequired
      maxLength={160}
      className="[&_input]:h-12 [&_input]:text-lg [&_input]:font-bold [&_label]:font-bold"
    />
  );
}

const SPANS = [30, 60, 120, 240] as const;

/** Whether, and for when, the next message is promised. Nobody promises by oversight: none is chosen at first. */
export function NextUpdate({
  value,
  now,
  onChange,
}: {
  value: number | null;
  now: number;
  onChange: (minutes: number | null) => void;
}) {
  const t = useTranslations('alert');
  const format = useDates();
  return (
    <fieldset>
      <legend className="mb-1.5 text-sm font-bold">{t('next')}</legend>
      <div className="flex flex-wrap gap-1.5">
        <button
          type="button"
          aria-pressed={value === null}
          onClick={() => onChange(null)}
          className={chipLook(value === null)}
        >
          {t('noNext')}
        </button>
        {SPANS.map((minutes) => (
          <button
            key={minutes}
            type="button"
            aria-pressed={value === minutes}
            onClick={() => onChange(minutes)}
            className={chipLook(value === minutes)}
          >
            {t('nextAt', { at: format(nextUpdateAt(minutes, now) ?? 0, 'time') })}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
