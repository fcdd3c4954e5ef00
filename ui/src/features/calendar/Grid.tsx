// biome-ignore-all lint/a11y/useSemanticElements: a table would give its weeks uneven heights, and cannot be a flex row
// biome-ignore-all lint/a11y/useFocusableInteractive: one cell of a grid has the focus, not its rows and heads
import type { ComponentProps, ReactNode } from 'react';

/** The parts of a grid, WAI-ARIA's: one cell is reached by Tab, the arrows go to the others. See useGridKeys. */
export const Grid = ({
  label,
  busy,
  className,
  children,
}: {
  label: string;
  busy: boolean;
  className: string;
  children: ReactNode;
}) => (
  <div role="grid" aria-label={label} aria-busy={busy} className={className}>
    {children}
  </div>
);

export const Row = ({ className = 'contents', children }: { className?: string; children: ReactNode }) => (
  <div role="row" className={className}>
    {children}
  </div>
);

/** A weekday: short for eyes, whole for ears. */
export const Head = ({ short, whole, className }: { short: string; whole: string; className: string }) => (
  <div role="columnheader" className={className}>
    <span aria-hidden className="capitalize">
      {short}
    </span>
    <span className="sr-only">{whole}</span>
  </div>
);

export const Cell = (props: ComponentProps<'div'> & { 'data-day': string; 'data-past'?: '' | undefined }) => (
  <div role="gridcell" {...props} />
);
