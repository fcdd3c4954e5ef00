import type { ReactNode } from 'react';
import { Switch } from 'react-aria-components';

/** A choice that takes effect at once. */
export function Toggle({
  label,
  help,
  isSelected,
  isDisabled,
  onChange,
}: {
  label: string;
  help: ReactNode;
  isSelected: boolean;
  isDisabled: boolean;
  onChange: (selected: boolean) => void;
}) {
  return (
    <Switch
      isSelected={isSelected}
      isDisabled={isDisabled}
      onChange={onChange}
      className="group flex cursor-pointer items-start gap-3 disabled:cursor-default"
    >
      <span
        aria-hidden
        className="mt-0.5 flex h-6 w-10 shrink-0 items-center rounded-full border border-line-strong bg-sunken px-0.5 transition-colors group-selected:border-accent group-selected:bg-accent group-focus-visible:outline-2 group-focus-visible:outline-offset-2 group-focus-visible:outline-focus forced-colors:group-selected:bg-[Highlight]"
      >
        <span className="size-4.5 rounded-full bg-line-strong transition-transform group-selected:translate-x-4 group-selected:bg-on-accent" />
      </span>
      <span className="min-w-0">
        <span className="block font-semibold">{label}</span>
        <span className="block text-sm text-ink-2">{help}</span>
      </span>
    </Switch>
  );
}
