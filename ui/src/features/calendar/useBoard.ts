import { type RefObject, useEffect, useEffectEvent } from 'react';
import type { Day } from './days';
import type { Target } from './moving';

const POST_TYPE = 'application/x-crieur-post';

/** Alt and an arrow: so many days. */
const NUDGES: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export type BoardHandlers = {
  open: (post: string, from: HTMLElement) => void;
  nudge: (post: string, days: number) => void;
  drop: (post: string, target: Target) => void;
};

const element = (event: Event): HTMLElement | null => (event.target instanceof HTMLElement ? event.target : null);
const near = (event: Event, selector: string) =>
  (event.target instanceof Element ? event.target : null)?.closest<HTMLElement>(selector) ?? null;

/** What a thing is dropped on: a free slot with its hour, or a day. */
function targetOf(event: DragEvent): { spot: HTMLElement; target: Target } | null {
  const spot = near(event, '[data-slot],[data-day]');
  const day = spot?.dataset.day;
  if (!spot || !day) return null;
  return { spot, target: { day: day as Day, hour: spot.dataset.slot } };
}

/**
 * The mouse and the Alt key on the posts of a calendar. One set of listeners
 * for the whole board, and marks set on the page itself: with thousands of
 * posts, neither a drag nor a hover may draw anything anew.
 */
export function useBoard(board: RefObject<HTMLElement | null>, handlers: BoardHandlers) {
  const open = useEffectEvent(handlers.open);
  const nudge = useEffectEvent(handlers.nudge);
  const drop = useEffectEvent(handlers.drop);

  useEffect(() => {
    const root = board.current;
    if (!root) return;
    const stop = new AbortController();
    const on = <K extends keyof HTMLElementEventMap>(type: K, run: (event: HTMLElementEventMap[K]) => void) =>
      root.addEventListener(type, run, { signal: stop.signal });

    let marked: HTMLElement | null = null;
    const mark = (spot: HTMLElement | null, value = '') => {
      if (marked && marked !== spot) delete marked.dataset.drop;
      if (spot) spot.dataset.drop = value;
      marked = spot;
    };
    let hot = '';
    const warm = (series: string) => {
      if (series === hot) return;
      for (const chip of root.querySelectorAll<HTMLElement>('[data-hot]')) delete chip.dataset.hot;
      hot = series;
      if (!series) return;
      for (const chip of root.querySelectorAll<HTMLElement>(`[data-series="${CSS.escape(series)}"]`))
        chip.dataset.hot = 'true';
    };
    const warmAt = (event: Event) => warm(near(event, '[data-series]')?.dataset.series ?? '');

    on('click', (event) => {
      const chip = near(event, 'a[data-post]');
      // With a modifier it is a link like any other: it opens beside.
      if (!chip?.dataset.post || event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      open(chip.dataset.post, chip);
    });
    on('keydown', (event) => {
      const chip = near(event, '[data-post]');
      const days = NUDGES[event.key];
      if (!chip?.dataset.post || !event.altKey || days === undefined) return;
      // In a browser, Alt and an arrow goes back or forward.
      event.preventDefault();
      event.stopPropagation();
      nudge(chip.dataset.post, days);
    });
    on('pointerover', warmAt);
    on('focusin', warmAt);
    on('pointerleave', () => warm(''));

    on('dragstart', (event) => {
      const chip = element(event)?.closest<HTMLElement>('[data-post]');
      if (!chip?.dataset.post || !event.dataTransfer) return;
      event.dataTransfer.setData(POST_TYPE, chip.dataset.post);
      event.dataTransfer.effectAllowed = 'move';
      chip.dataset.dragging = 'true';
    });
    on('dragover', (event) => {
      if (!event.dataTransfer?.types.includes(POST_TYPE)) return;
      const found = targetOf(event);
      if (!found) return mark(null);
      // Past days take the drop too, to say why they refuse it.
      event.preventDefault();
      const past = found.spot.dataset.past !== undefined;
      mark(found.spot, past ? 'no' : 'yes');
    });
    on('drop', (event) => {
      const post = event.dataTransfer?.getData(POST_TYPE);
      const found = targetOf(event);
      mark(null);
      if (!post || !found) return;
      event.preventDefault();
      drop(post, found.target);
    });
    on('dragend', () => {
      mark(null);
      for (const chip of root.querySelectorAll<HTMLElement>('[data-dragging]')) delete chip.dataset.dragging;
    });
    return () => stop.abort();
  }, [board]);
}
