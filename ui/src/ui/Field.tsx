import clsx from 'clsx';
import type { ReactNode } from 'react';
import {
  TextField as AriaTextField,
  FieldError,
  Input,
  type InputProps,
  Label,
  Text,
  type TextFieldProps,
} from 'react-aria-components';
import { useTranslations } from 'use-intl';

export const inputLook =
  'block w-full rounded-md border border-line-strong bg-surface px-3 text-base text-ink placeholder:text-ink-3 invalid:border-failed invalid:ring-1 invalid:ring-failed disabled:opacity-60';

/** A labelled line of text. The server's messages come through the form's `validationErrors`, by `name`. */
export function Field({
  label,
  help,
  note,
  input,
  className,
  ...props
}: Omit<TextFieldProps, 'className' | 'children'> & {
  label: string;
  help?: ReactNode;
  /** Beside the label, at the right. */
  note?: ReactNode;
  input?: InputProps;
  className?: string;
}) {
  const t = useTranslations('common');
  return (
    <AriaTextField {...props} className={clsx('block', className)}>
      <span className="mb-1 flex items-baseline justify-between gap-2">
        <Label className="text-sm font-semibold">{label}</Label>
        {note ?? (props.isRequired ? null : <span className="text-xs text-ink-3">{t('optional')}</span>)}
      </span>
      <Input {...input} className={clsx(inputLook, 'h-10 max-lg:h-11')} />
      {help && (
        <Text slot="description" className="mt-1 block text-sm text-ink-2">
          {help}
        </Text>
      )}
      <FieldError className="mt-1 block text-sm font-medium text-failed">
        {({ validationDetails: v, validationErrors }) => {
          // The browser's own sentences are in the browser's language.
          if (v.customError) return validationErrors.join(' ');
          if (v.valueMissing) return t('missing');
          if (v.tooShort) return t('tooShort', { n: props.minLength ?? 0 });
          if (v.typeMismatch) return props.type === 'email' ? t('notAnEmail') : t('notAnAddress');
          return validationErrors.join(' ');
        }}
      </FieldError>
    </AriaTextField>
  );
}
