import clsx from 'clsx';
import { Input, Label, TextField } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import type { Blank } from '../../api/types';
import { inputLook } from '../../ui/Field';
import type { Values } from './fill';

/** What the ready text still leaves open: a suggestion is one tap, anything else is typed. */
export function BlankFields({
  blanks,
  values,
  onPut,
}: {
  blanks: Blank[];
  values: Values;
  onPut: (key: string, value: string) => void;
}) {
  const t = useTranslations('alert');
  if (blanks.length === 0) return null;
  return (
    <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">
      {blanks.map((b) => {
        const value = values[b.key] ?? '';
        const lacking = b.required && !value.trim();
        return (
          <div key={b.key} className={clsx('min-w-0', b.suggestions.length > 2 && 'sm:col-span-2')}>
            <TextField value={value} onChange={(v) => onPut(b.key, v)} isRequired={b.required}>
              <span className="mb-1 flex items-baseline justify-between gap-2">
                <Label className="text-sm font-bold">{b.label}</Label>
                <span className={clsx('text-xs', lacking ? 'font-bold text-pending' : 'text-ink-2')}>
                  {lacking ? t('toFill') : b.required ? '' : t('ifKnown')}
                </span>
              </span>
              <Input
                name={b.key}
                placeholder={b.example}
                className={clsx(inputLook, 'h-11', lacking && 'border-2 border-pending')}
              />
            </TextField>
            {b.suggestions.length > 0 && (
              <fieldset className="mt-2 flex flex-wrap gap-1.5">
                <legend className="sr-only">{t('suggestions', { label: b.label })}</legend>
                {b.suggestions.map((s) => (
                  <button
                    key={s}
                    type="button"
                    aria-pressed={value === s}
                    onClick={() => onPut(b.key, value === s && !b.required ? '' : s)}
                    className={chipLook(value === s)}
                  >
                    {s}
                  </button>
                ))}
              </fieldset>
            )}
          </div>
        );
      })}
    </div>
  );
}

export const chipLook = (chosen: boolean) =>
  clsx(
    'min-h-9 cursor-pointer rounded-full border px-3.5 text-sm font-semibold max-lg:min-h-11',
    chosen ? 'border-accent bg-accent text-on-accent' : 'border-line-strong hover:border-ink',
  );
