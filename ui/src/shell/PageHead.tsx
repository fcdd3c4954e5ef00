import { type ReactNode, useEffect, useRef } from 'react';
import { Bell } from './Bell';
import { MobileMenu } from './MobileMenu';

/** Whether a page was shown before: the first one leaves the focus to the browser. */
const visits = { count: 0 };

/**
 * The page's title: in the tab, on the page, and where the focus goes after a
 * navigation, unless something else on the page takes it.
 */
export function PageHead({
  title,
  sub,
  back,
  takesFocus = true,
  children,
}: {
  title: string;
  sub?: ReactNode;
  back?: ReactNode;
  takesFocus?: boolean;
  children?: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Crieur`;
  }, [title]);
  useEffect(() => {
    visits.count++;
    if (takesFocus && visits.count > 1) heading.current?.focus({ preventScroll: true });
  }, [takesFocus]);
  return (
    <header className="sticky top-0 z-20 flex min-h-14 items-center gap-x-2 border-b border-line bg-bg/95 px-4 py-2 backdrop-blur lg:min-h-[68px] lg:gap-x-3 lg:px-6 [@media(max-height:520px)]:static">
      {back}
      <div className="mr-auto min-w-0">
        <h1
          ref={heading}
          tabIndex={-1}
          className="truncate text-lg leading-tight font-bold tracking-[-.01em] outline-none lg:text-xl"
        >
          {title}
        </h1>
        {sub && <p className="truncate text-xs text-ink-3 lg:text-sm">{sub}</p>}
      </div>
      {children}
      <Bell />
      <MobileMenu />
    </header>
  );
}
