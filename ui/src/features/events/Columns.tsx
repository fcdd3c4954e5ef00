import type { ReactNode } from 'react';

/** The event at the left and its series at the right, each scrolling by itself on a desk; what is done at the foot. */
export function Columns({ left, right, foot }: { left: ReactNode; right: ReactNode; foot: ReactNode }) {
  return (
    <>
      <div className="flex-1 lg:grid lg:min-h-0 lg:grid-cols-[minmax(0,480px)_minmax(0,1fr)]">
        <div className="scroll-slim relative space-y-4 p-4 lg:overflow-y-auto lg:p-6">{left}</div>
        <div className="scroll-slim relative border-line bg-sunken/50 p-4 pb-8 lg:overflow-y-auto lg:border-l lg:p-6">
          {right}
        </div>
      </div>
      <div className="sticky bottom-0 z-20 flex flex-wrap items-center gap-3 border-t max-lg:bottom-[calc(65px+env(safe-area-inset-bottom))] border-line bg-surface px-4 py-3 lg:px-6 [@media(max-height:520px)]:static">
        {foot}
      </div>
    </>
  );
}
