import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { DayList } from './DayList';
import type { Day } from './days';
import type { Item, Plan } from './plan';
import { Selection, SelectionOf, useChosen } from './selection';

const BulkBar = lazy(() => import('./BulkBar').then((m) => ({ default: m.BulkBar })));

/** The list of days, in which several posts can be chosen and acted on together. */
export function ListView(props: { shown: Day[]; plan: Plan; today: Day; zone: string; onMove: (id: string) => void }) {
  const { shown, plan, today, zone } = props;
  const [selection] = useState(() => new Selection());
  const chosen = useChosen(selection);
  // What was done stays to be read when nothing is chosen any more.
  const [wanted, want] = useState(false);
  if (chosen.size > 0 && !wanted) want(true);
  const items = useMemo(() => {
    const all = new Map<string, Item>();
    for (const day of shown) for (const item of plan.days.get(day)?.items ?? []) all.set(item.entry.post_id, item);
    return all;
  }, [shown, plan]);
  // Another month, another filter: an act is never on what is out of sight.
  useEffect(() => selection.keep(items), [selection, items]);
  return (
    <SelectionOf value={selection}>
      <div data-list className="flex min-h-full flex-col">
        <DayList {...props} />
        {wanted && (
          <Suspense>
            <BulkBar selection={selection} items={items} zone={zone} today={today} />
          </Suspense>
        )}
      </div>
    </SelectionOf>
  );
}
