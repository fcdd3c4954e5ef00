import clsx from 'clsx';
import { Repeat } from 'lucide-react';
import { PAUSED_LOOK, postLook } from '../../ui/Tags';
import { type Item, stepOf } from './plan';
import { useStepWords } from './words';

export const lookOf = ({ entry }: Item) => (entry.locked === 'alert' ? PAUSED_LOOK : postLook(entry.status));

/** The brass tag of a post of a series. */
export function StepTag({ series, className }: { series: Item['entry']['series']; className?: string }) {
  const words = useStepWords();
  if (!series) return null;
  return (
    <span
      className={clsx(
        'inline-flex shrink-0 items-center rounded-[3px] bg-brass-soft px-1 text-[.65rem] leading-3.5 font-bold whitespace-nowrap text-brass-ink ring-1 ring-brass/40',
        className,
      )}
    >
      {stepOf(series) ? words(series) : <Repeat size={10} aria-hidden className="my-0.5" />}
    </span>
  );
}
