import clsx from 'clsx';
import { type Key, ToggleButton, ToggleButtonGroup } from 'react-aria-components';

/** One of a few, all in sight. */
export function Segmented<T extends Key>({
  label,
  value,
  onChange,
  items,
  stretch = false,
}: {
  label: string;
  value: T;
  onChange: (value: T) => void;
  items: { id: T; label: string }[];
  stretch?: boolean;
}) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={([key]) => onChange(key as T)}
      className={clsx(
        'rounded-md bg-sunken p-0.5',
        stretch ? 'grid w-full auto-cols-fr grid-flow-col' : 'inline-flex max-w-full flex-wrap',
      )}
    >
      {items.map((item) => (
        <ToggleButton
          key={String(item.id)}
          id={item.id}
          className="h-9 cursor-pointer rounded-[7px] px-3 text-sm font-semibold whitespace-nowrap text-ink-2 hover:text-ink selected:bg-surface selected:text-ink selected:shadow-1 max-lg:h-10"
        >
          {item.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  );
}
