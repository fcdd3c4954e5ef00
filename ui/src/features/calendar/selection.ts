import { createContext, use, useSyncExternalStore } from 'react';

/**
 * Which posts of a list are chosen. Outside of React: with thousands of rows, a
 * choice draws only those again whose box changed.
 */
export class Selection {
  chosen: ReadonlySet<string> = new Set();
  private anchor: string | null = null;
  private readonly listeners = new Set<() => void>();

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  /** One post, or in the order of the list all between the last one and it. */
  choose(id: string, on: boolean, order?: readonly string[]) {
    const from = order && this.anchor !== null ? order.indexOf(this.anchor) : -1;
    const to = order?.indexOf(id) ?? -1;
    const range = order && from >= 0 && to >= 0 ? order.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
    const after = new Set(this.chosen);
    for (const one of range) {
      if (on) after.add(one);
      else after.delete(one);
    }
    this.anchor = id;
    this.become(after);
  }

  all(ids: readonly string[]) {
    this.become(new Set(ids));
  }

  /** Lets go of what is not there any more. */
  keep(there: ReadonlySet<string> | ReadonlyMap<string, unknown>) {
    const after = new Set([...this.chosen].filter((id) => there.has(id)));
    if (after.size !== this.chosen.size) this.become(after);
  }

  clear() {
    this.anchor = null;
    this.become(new Set());
  }

  private become(chosen: ReadonlySet<string>) {
    this.chosen = chosen;
    for (const listener of this.listeners) listener();
  }
}

/** Null where posts cannot be chosen. */
export const SelectionOf = createContext<Selection | null>(null);

const never = () => () => {};

export function useIsChosen(id: string): boolean {
  const selection = use(SelectionOf);
  return useSyncExternalStore(selection?.subscribe ?? never, () => selection?.chosen.has(id) ?? false);
}

export const useChosen = (selection: Selection): ReadonlySet<string> =>
  useSyncExternalStore(selection.subscribe, () => selection.chosen);
