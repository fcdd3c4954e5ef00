import clsx from 'clsx';
import { type ReactNode, useId } from 'react';

export function Panel({
  title,
  action,
  children,
  className,
}: {
  title?: string;
  action?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  const id = useId();
  return (
    <section
      aria-labelledby={title ? id : undefined}
      className={clsx('rounded-lg border border-line bg-surface shadow-1', className)}
    >
      {title && (
        <header className="flex min-h-11 items-center justify-between gap-2 px-4 pt-2.5 pb-1.5">
          <h2 id={id} className="text-sm font-bold">
            {title}
          </h2>
          {action}
        </header>
      )}
      {children}
    </section>
  );
}
