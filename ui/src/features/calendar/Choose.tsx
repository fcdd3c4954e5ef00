import { type KeyboardEvent, use } from 'react';
import { useTranslations } from 'use-intl';
import { SelectionOf, useIsChosen } from './selection';

const BOXES = 'input[data-choose]';
const boxesAround = (box: Element) => [
  ...(box.closest('[data-list]')?.querySelectorAll<HTMLInputElement>(BOXES) ?? []),
];

/** The box of a post. With Shift, all posts from the last choice to it; the arrows go from box to box. */
export function Choose({ id, name }: { id: string; name: string }) {
  const t = useTranslations('calendar');
  const selection = use(SelectionOf);
  const chosen = useIsChosen(id);
  if (!selection) return null;
  const order = (box: Element) => boxesAround(box).map((b) => b.dataset.choose ?? '');
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const boxes = boxesAround(event.currentTarget);
    const next = boxes[boxes.indexOf(event.currentTarget) + step];
    if (!next) return;
    next.focus();
    if (event.shiftKey && next.dataset.choose) {
      if (!chosen) selection.choose(id, true);
      selection.choose(next.dataset.choose, true);
    }
  };
  return (
    <label className="grid w-11 shrink-0 cursor-pointer place-items-center border-r border-line hover:bg-surface-2">
      <input
        type="checkbox"
        data-choose={id}
        checked={chosen}
        onChange={(event) => {
          // From the keyboard the browser hands the key on in the same way.
          const { shiftKey } = event.nativeEvent as MouseEvent;
          selection.choose(id, event.currentTarget.checked, shiftKey ? order(event.currentTarget) : undefined);
        }}
        onKeyDown={press}
        className="size-5 cursor-pointer accent-accent"
      />
      <span className="sr-only">{t('choose', { name })}</span>
    </label>
  );
}
