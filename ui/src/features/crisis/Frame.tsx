import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { X } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { Part } from '../../ui/Panel';
import { LedgerAway } from './LedgerAway';

/** What the pages of an alert share: the hazard band, the title, and the way out. */
export function Frame({
  title,
  sub,
  side,
  children,
}: {
  title: string;
  sub: ReactNode;
  side?: ReactNode;
  children: ReactNode;
}) {
  const t = useTranslations('alert');
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Crieur`;
  }, [title]);
  // Not with the first drawing: the page would have to be laid out before it is whole.
  useEffect(() => {
    const id = requestAnimationFrame(() => heading.current?.focus({ preventScroll: true }));
    return () => cancelAnimationFrame(id);
  }, []);
  return (
    <div className="min-h-full">
      <div aria-hidden className="hazard h-3" />
      <header className="mx-auto flex max-w-[1280px] flex-wrap items-center gap-x-3 gap-y-3 px-4 pt-3 pb-2 lg:gap-x-4 lg:px-8 lg:pt-6 lg:pb-4">
        <Link
          to="/posts"
          aria-label={t('leave')}
          className="-ml-2 grid size-11 shrink-0 place-items-center rounded-lg hover:bg-surface-2"
        >
          <X size={24} aria-hidden />
        </Link>
        <div className="mr-auto min-w-0 flex-1 basis-52">
          <h1
            ref={heading}
            tabIndex={-1}
            className="text-xl leading-tight font-bold break-words outline-none lg:text-2xl"
          >
            {title}
          </h1>
          <p className="text-sm break-words text-ink-2">{sub}</p>
        </div>
        {side}
      </header>
      <LedgerAway />
      {children}
    </div>
  );
}

/** A part of the pages of an alert: larger, and without shadow. */
export function Card({
  title,
  note,
  children,
  className,
}: {
  title?: ReactNode;
  note?: ReactNode;
  children: ReactNode;
  className?: string;
}) {
  return (
    <Part
      title={title}
      beside={note}
      look={{
        part: clsx('rounded-xl border border-line bg-surface', className),
        header: 'flex flex-wrap items-baseline justify-between gap-x-3 px-4 pt-4 lg:px-5',
        title: 'text-base font-bold',
      }}
    >
      <div className="px-4 pt-2.5 pb-4 lg:px-5">{children}</div>
    </Part>
  );
}
