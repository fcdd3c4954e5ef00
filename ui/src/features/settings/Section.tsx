import type { ReactNode } from 'react';
import { Panel } from '../../ui/Panel';

/** A part of the settings, with an address of its own. */
export function Section({
  id,
  title,
  hint,
  action,
  children,
}: {
  id: string;
  title: string;
  hint?: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div id={id} className="scroll-mt-[72px] lg:scroll-mt-[88px]">
      <Panel title={title} action={action}>
        <div className="space-y-4 border-t border-line px-4 py-4">
          {hint && <p className="text-sm text-ink-2">{hint}</p>}
          {children}
        </div>
      </Panel>
    </div>
  );
}
