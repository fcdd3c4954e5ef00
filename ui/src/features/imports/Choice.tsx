import clsx from 'clsx';
import { ChevronDown } from 'lucide-react';
import { Button, type Key, Label, ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components';
import { buttonLook } from '../../ui/Button';

/** One of several, in a menu. */
export function Choice<T extends Key>({
  label,
  value,
  items,
  onChange,
  hideLabel = false,
  className,
}: {
  label: string;
  value: T;
  items: { id: T; label: string }[];
  onChange: (value: T) => void;
  hideLabel?: boolean;
  className?: string;
}) {
  return (
    <Select selectedKey={value} onSelectionChange={(key) => onChange(key as T)} className={clsx('min-w-0', className)}>
      <Label className={hideLabel ? 'sr-only' : 'mb-1 block text-sm font-semibold'}>{label}</Label>
      <Button className={buttonLook('secondary', 'md', 'w-full justify-between! max-lg:h-11')}>
        <SelectValue className="truncate" />
        <ChevronDown size={15} aria-hidden className="shrink-0" />
      </Button>
      <Popover className="min-w-(--trigger-width) rounded-lg border border-line bg-surface p-1 shadow-2">
        <ListBox className="outline-none">
          {items.map((item) => (
            <ListBoxItem
              key={String(item.id)}
              id={item.id}
              textValue={item.label}
              className="cursor-pointer rounded-md px-3 py-2 text-sm outline-none focus:bg-sunken selected:font-bold selected:text-accent-ink"
            >
              {item.label}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </Select>
  );
}
