import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** Stands where a list has nothing to show: what that means, and what can be done. */
export function EmptyPanel({
  icon: Icon,
  title,
  hint,
  children,
}: {
  icon: LucideIcon;
  title: string;
  hint?: string | false | undefined;
  /** Buttons and links. */
  children?: ReactNode;
}) {
  return (
    <div className="rounded-lg border border-dashed border-line-strong px-6 py-14 text-center">
      <Icon size={28} aria-hidden className="mx-auto mb-3 text-ink-3" />
      <p className="font-semibold">{title}</p>
      {hint && <p className="mx-auto mt-1 max-w-[52ch] text-sm text-ink-2">{hint}</p>}
      {children && <div className="mt-4 flex flex-wrap items-center justify-center gap-2">{children}</div>}
    </div>
  );
}
