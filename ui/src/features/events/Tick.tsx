import { Check } from 'lucide-react';

/** The box of a checkbox, inside a `group`. */
export const Tick = () => (
  <span className="grid size-5 shrink-0 place-items-center rounded-[5px] border border-line-strong bg-surface text-on-accent group-focus-visible:outline-2 group-focus-visible:outline-offset-2 group-focus-visible:outline-focus group-selected:border-accent group-selected:bg-accent">
    <Check size={14} strokeWidth={3} aria-hidden className="opacity-0 group-selected:opacity-100" />
  </span>
);
