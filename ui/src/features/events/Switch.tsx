import { Switch as AriaSwitch } from 'react-aria-components';

/** A switch whose words are those of the card that it stands on. */
export function Switch({
  label,
  isSelected,
  isDisabled = false,
  onChange,
}: {
  label: string;
  isSelected: boolean;
  isDisabled?: boolean;
  onChange: (selected: boolean) => void;
}) {
  return (
    <AriaSwitch
      aria-label={label}
      isSelected={isSelected}
      isDisabled={isDisabled}
      onChange={onChange}
      className="group grid h-8 shrink-0 cursor-pointer place-items-center disabled:cursor-default max-lg:h-11"
    >
      <span
        aria-hidden
        className="flex h-6 w-10 items-center rounded-full border border-line-strong bg-sunken px-0.5 transition-colors group-disabled:opacity-50 group-selected:border-accent group-selected:bg-accent group-focus-visible:outline-2 group-focus-visible:outline-offset-2 group-focus-visible:outline-focus forced-colors:group-selected:bg-[Highlight]"
      >
        <span className="size-4.5 rounded-full bg-line-strong transition-transform group-selected:translate-x-4 group-selected:bg-on-accent" />
      </span>
    </AriaSwitch>
  );
}
