import { useRef } from 'react';
import { Dialog as AriaDialog, Heading, Popover } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { Dialog } from '../../ui/Dialog';
import { PostCard } from './PostCard';
import type { Item } from './plan';

/** A post's card: beside it where there is room, else a sheet at the foot of the screen. */
export function PostPopover({
  item,
  from,
  wide,
  onClose,
  onMove,
  onChanged,
  openDraft,
}: {
  item: Item;
  from: HTMLElement;
  wide: boolean;
  onClose: () => void;
  onMove: () => void;
  onChanged: () => void;
  openDraft: (id: string) => void;
}) {
  const t = useTranslations('calendar');
  const trigger = useRef(from);
  trigger.current = from;
  const card = (heading: (name: string) => React.ReactNode) => (
    <PostCard
      item={item}
      heading={heading}
      changed={onChanged}
      onMove={onMove}
      onDone={onClose}
      openDraft={openDraft}
    />
  );
  if (!wide)
    return (
      <Dialog title={item.name || t('untitled')} isOpen onOpenChange={(open) => !open && onClose()}>
        {card(() => null)}
      </Dialog>
    );
  return (
    <Popover
      triggerRef={trigger}
      isOpen
      onOpenChange={(open) => !open && onClose()}
      placement="right top"
      className="scroll-slim w-[348px] overflow-y-auto rounded-lg border border-line bg-surface shadow-2 outline-none"
    >
      <AriaDialog className="outline-none">
        {card((name) => (
          <Heading slot="title" level={2} className="mt-2.5 text-lg leading-snug font-bold text-pretty break-words">
            {name}
          </Heading>
        ))}
      </AriaDialog>
    </Popover>
  );
}
