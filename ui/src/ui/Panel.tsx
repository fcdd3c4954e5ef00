import clsx from 'clsx';
import { type ReactNode, useId } from 'react';

/** A part of a page under its own heading, by which it is announced and found. */
export function Part({
  title,
  beside,
  look,
  children,
}: {
  title?: ReactNode;
  beside?: ReactNode;
  look: { part: string; header: string; title: string };
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={title ? id : undefined} className={look.part}>
      {title && (
        <header className={look.header}>
          <h2 id={id} className={look.title}>
            {title}
          </h2>
          {beside}
        </header>
      )}
      {children}
    </section>
  );
}

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
  return (
    <Part
      title={title}
      beside={action}
      look={{
        part: clsx('rounded-lg border border-line bg-surface shadow-1', className),
        header: 'flex min-h-11 items-center justify-between gap-2 px-4 pt-2.5 pb-1.5',
        title: 'text-sm font-bold',
      }}
    >
      {children}
    </Part>
  );
}
