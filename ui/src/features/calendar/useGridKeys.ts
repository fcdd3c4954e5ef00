import { type RefObject, useEffect, useEffectEvent } from 'react';
import { isTyped, singleKeys } from '../../shell/keys';
import { addDays, type Day, type View, weekOf } from './days';

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
const VIEWS: Record<string, View> = { m: 'month', s: 'week', l: 'list' };

export type KeyHandlers = {
  /** The focus goes to a day, in what is shown or not. */
  go: (day: Day) => void;
  page: (n: 1 | -1) => void;
  view: (view: View) => void;
  today: () => void;
};

const POSTS = 'a[data-post]';
/** How long the shell waits for the key after G, in milliseconds. */
const AFTER_G = 1_500;

/** In a day: up and down between its posts, aside to the next day, Escape to the day itself. */
function withinDay(event: KeyboardEvent, cell: HTMLElement, go: (day: Day) => void): boolean {
  const posts = [...cell.querySelectorAll<HTMLElement>(POSTS)];
  const at = posts.indexOf(document.activeElement as HTMLElement);
  if (event.key === 'Escape') {
    cell.focus();
    return true;
  }
  if (at < 0) return false;
  if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
    (posts[at + (event.key === 'ArrowUp' ? -1 : 1)] ?? cell).focus();
    return true;
  }
  if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    go(addDays(cell.dataset.day as Day, STEPS[event.key] as number));
    return true;
  }
  return false;
}

function onDay(event: KeyboardEvent, cell: HTMLElement, go: (day: Day) => void): boolean {
  const day = cell.dataset.day as Day;
  const days = STEPS[event.key];
  if (days !== undefined) go(addDays(day, days));
  else if (event.key === 'Home') go(weekOf(day)[0] as Day);
  else if (event.key === 'End') go(weekOf(day)[6] as Day);
  else if (event.key === 'Enter') (cell.querySelector<HTMLElement>(POSTS) ?? cell.querySelector('a'))?.focus();
  else return false;
  return true;
}

/**
 * The keyboard of a calendar. Single letters can be switched off for the whole
 * application; after G they are the shell's.
 */
export function useGridKeys(page: RefObject<HTMLElement | null>, handlers: KeyHandlers) {
  const go = useEffectEvent(handlers.go);
  const turn = useEffectEvent(handlers.page);
  const view = useEffectEvent(handlers.view);
  const today = useEffectEvent(handlers.today);

  useEffect(() => {
    let afterG = Number.NEGATIVE_INFINITY;
    const press = (event: KeyboardEvent) => {
      const root = page.current;
      const focused = document.activeElement;
      if (!root || !focused || isTyped(event)) return;
      const led = event.timeStamp - afterG < AFTER_G;
      afterG = event.key.toLowerCase() === 'g' ? event.timeStamp : Number.NEGATIVE_INFINITY;
      if (led || (!root.contains(focused) && focused !== document.body)) return;
      const cell = focused.closest<HTMLElement>('[role="gridcell"]');
      const key = event.key.toLowerCase();
      const letters = singleKeys.areOn();
      const shown = letters ? VIEWS[key] : undefined;
      let done = true;
      if (shown) view(shown);
      else if (letters && key === 't') today();
      else if (cell && (event.key === 'PageUp' || event.key === 'PageDown')) turn(event.key === 'PageUp' ? -1 : 1);
      else if (cell) done = focused === cell ? onDay(event, cell, go) : withinDay(event, cell, go);
      else done = false;
      if (done) event.preventDefault();
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [page]);
}
