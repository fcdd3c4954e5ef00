import clsx from 'clsx';
import type { ReactNode, Ref } from 'react';
import { FieldError, Label, Text, TextArea, TextField } from 'react-aria-components';
import { inputLook } from '../../ui/Field';

/** A labelled text of several lines. */
export function LinesField({
  label,
  help,
  rows = 3,
  name,
  value,
  onChange,
  textRef,
}: {
  label: string;
  help?: ReactNode;
  rows?: number;
  name?: string;
  value: string;
  onChange: (value: string) => void;
  textRef?: Ref<HTMLTextAreaElement>;
}) {
  return (
    <TextField value={value} onChange={onChange} {...(name ? { name } : {})}>
      <Label className="mb-1 block text-sm font-semibold">{label}</Label>
      <TextArea ref={textRef} rows={rows} className={clsx(inputLook, 'resize-y py-2')} />
      {help && (
        <Text slot="description" className="mt-1 block text-sm text-ink-2">
          {help}
        </Text>
      )}
      <FieldError className="mt-1 block text-sm font-medium text-failed" />
    </TextField>
  );
}
