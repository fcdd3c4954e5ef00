import { type ReactNode, useId } from 'react';

export type Choice = { value: string; label: string };

/** One of many, with the system's own list: it is known to everybody, by keyboard and on a phone. */
export function Select({
  label,
  help,
  choices,
  ...props
}: {
  label: string;
  help?: ReactNode;
  choices: Choice[];
  name?: string;
  value?: string;
  defaultValue?: string;
  disabled?: boolean;
  onChange?: (value: string) => void;
}) {
  const id = useId();
  const { onChange, ...rest } = props;
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-semibold">
        {label}
      </label>
      <select
        {...rest}
        id={id}
        aria-describedby={help ? `${id}-help` : undefined}
        {...(onChange ? { onChange: (e) => onChange(e.currentTarget.value) } : {})}
        className="block h-10 w-full rounded-md border border-line-strong bg-surface px-2.5 text-base text-ink disabled:opacity-60 max-lg:h-11"
      >
        {choices.map((c) => (
          <option key={c.value} value={c.value}>
            {c.label}
          </option>
        ))}
      </select>
      {help && (
        <p id={`${id}-help`} className="mt-1 text-sm text-ink-2">
          {help}
        </p>
      )}
    </div>
  );
}
