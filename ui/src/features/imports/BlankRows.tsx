import { Checkbox } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import type { TemplateBlank } from '../../api/imports';
import { Field } from '../../ui/Field';
import { BlankText } from './BlankText';

/** What people are asked for each blank of a text. */
export function BlankRows({
  blanks,
  onChange,
}: {
  blanks: TemplateBlank[];
  onChange: (blanks: TemplateBlank[]) => void;
}) {
  const t = useTranslations('templatePages');
  const change = (at: number, changed: Partial<TemplateBlank>) =>
    onChange(blanks.map((blank, i) => (i === at ? { ...blank, ...changed } : blank)));
  return (
    <fieldset className="space-y-3">
      <legend className="text-sm font-bold">{t('blanks')}</legend>
      {blanks.map((blank, i) => (
        <div key={blank.name} className="flex flex-wrap items-end gap-3 border-t border-line pt-3">
          <p className="basis-full text-sm">
            <BlankText text={`{${blank.name}}`} />
          </p>
          <Field
            label={t('question')}
            note={<span />}
            isRequired
            className="min-w-0 flex-1 basis-44"
            maxLength={120}
            value={blank.label}
            onChange={(label) => change(i, { label })}
          />
          <Field
            label={t('example')}
            note={<span />}
            className="min-w-0 flex-1 basis-44"
            maxLength={300}
            value={blank.example ?? ''}
            onChange={(example) => change(i, { example })}
          />
          <Checkbox
            isSelected={blank.optional ?? false}
            onChange={(optional) => change(i, { optional })}
            className="group flex h-10 cursor-pointer items-center gap-2 text-sm max-lg:h-11"
          >
            <span
              aria-hidden
              className="grid size-5 shrink-0 place-items-center rounded-sm border border-line-strong bg-surface text-sm leading-none text-on-accent group-selected:border-accent group-selected:bg-accent group-focus-visible:outline-2 group-focus-visible:outline-offset-2 group-focus-visible:outline-focus"
            >
              {blank.optional ? '✓' : ''}
            </span>
            {t('mayBeEmpty')}
          </Checkbox>
        </div>
      ))}
    </fieldset>
  );
}
