import clsx from 'clsx';
import { ProgressBar } from 'react-aria-components';

/** How far a picture is on its way; `fraction` from 0 to 1. */
export function SendingBar({
  label,
  fraction,
  track = 'bg-surface shadow-1',
  className,
}: {
  label: string;
  fraction: number;
  /** The look of what is still to come. */
  track?: string;
  className?: string;
}) {
  return (
    <ProgressBar aria-label={label} value={fraction * 100} className={className ?? ''}>
      {({ percentage = 0 }) => (
        <div className={clsx('h-2 overflow-hidden rounded-full', track)}>
          <div className="h-full bg-accent transition-[width]" style={{ width: `${percentage}%` }} />
        </div>
      )}
    </ProgressBar>
  );
}
