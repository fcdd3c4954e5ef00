import { CalendarClock, CircleCheck, CircleDashed, CircleSlash, OctagonAlert, Undo2, X } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button, IconButton } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { inputLook } from '../../ui/Field';
import type { Act } from './bulk';
import type { Day } from './days';
import type { Item } from './plan';
import { type Selection, useChosen } from './selection';
import { type Report, useBulk } from './useBulk';

const FAR = 366;

/** What can be done with the chosen posts, and what became of each. It stays in sight at the foot of the list. */
export function BulkBar({
  selection,
  items,
  zone,
  today,
}: {
  selection: Selection;
  items: ReadonlyMap<string, Item>;
  zone: string;
  today: Day;
}) {
  const t = useTranslations('calendar');
  const chosen = useChosen(selection);
  const { run, undo, report, progress, dismiss } = useBulk(zone, today);
  const [asking, ask] = useState<'move' | 'cancel' | null>(null);
  const picked = [...items.values()].filter((item) => chosen.has(item.entry.post_id));
  const n = picked.length;
  const act = async (what: Act) => {
    ask(null);
    const fates = await run(picked, what);
    // What was refused stays chosen: something else can be done with it.
    selection.all(fates.filter((f) => !f.done).map((f) => f.id));
  };
  if (n === 0 && !report && !progress) return null;
  return (
    <section
      aria-label={t('bulk')}
      className="sticky bottom-0 z-20 mt-auto border-t border-line bg-surface px-4 py-2.5 shadow-2 max-lg:bottom-[calc(4rem+env(safe-area-inset-bottom))] lg:px-6 [@media(max-height:520px)]:static"
    >
      <div className="mx-auto max-w-4xl space-y-2.5">
        {report && <Result report={report} onUndo={() => void undo(report.undo)} onClose={dismiss} />}
        <p role="status" className={progress ? 'text-sm font-semibold' : 'sr-only'}>
          {progress ? t('bulkAt', progress) : ''}
        </p>
        {n > 0 && !progress && (
          <div className="flex flex-wrap items-center gap-2">
            <p role="status" className="mr-auto text-sm font-bold">
              {t('chosen', { n })}
            </p>
            <Button size="sm" variant="ghost" onPress={() => selection.all([...items.keys()])}>
              {t('chooseAll')}
            </Button>
            <Button size="sm" onPress={() => ask('move')}>
              <CalendarClock size={15} aria-hidden />
              {t('move')}
            </Button>
            <Button size="sm" onPress={() => void act({ kind: 'draft' })}>
              <CircleDashed size={15} aria-hidden />
              {t('toDraft')}
            </Button>
            <Button size="sm" onPress={() => ask('cancel')}>
              <CircleSlash size={15} aria-hidden />
              {t('cancelSeveral')}
            </Button>
            <IconButton label={t('chooseNone')} icon={X} onPress={() => selection.clear()} />
          </div>
        )}
      </div>
      {asking === 'move' && (
        <MoveByDays items={picked} onChosen={(days) => void act({ kind: 'move', days })} onClose={() => ask(null)} />
      )}
      <ConfirmDialog
        title={t('cancelSeveralTitle', { n })}
        verb={t('cancelSeveralVerb')}
        danger
        isOpen={asking === 'cancel'}
        onOpenChange={(open) => !open && ask(null)}
        isPending={false}
        problem={null}
        onConfirm={() => void act({ kind: 'cancel' })}
      >
        <p>{t('cancelSeveralWhat')}</p>
      </ConfirmDialog>
    </section>
  );
}

function MoveByDays({
  items,
  onChosen,
  onClose,
}: {
  items: Item[];
  onChosen: (days: number) => void;
  onClose: () => void;
}) {
  const t = useTranslations('calendar');
  const field = useId();
  const [written, write] = useState('1');
  const days = Number(written);
  const usable = Number.isInteger(days) && days !== 0 && Math.abs(days) <= FAR;
  const ofSeries = items.filter((i) => i.entry.series).length;
  return (
    <Dialog title={t('moveSeveralTitle', { n: items.length })} isOpen onOpenChange={(open) => !open && onClose()}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (usable) onChosen(days);
        }}
      >
        <DialogBody>
          <div>
            <label htmlFor={field} className="mb-1 block text-sm font-semibold">
              {t('byDays')}
            </label>
            <div className="flex flex-wrap items-center gap-2">
              <input
                id={field}
                type="number"
                min={-FAR}
                max={FAR}
                step={1}
                value={written}
                onChange={(event) => write(event.target.value)}
                aria-describedby={`${field}-help`}
                className={`${inputLook} h-10 w-28! max-lg:h-11`}
              />
              {[-7, -1, 1, 7].map((n) => (
                <Button key={n} size="sm" onPress={() => write(String(n))}>
                  {t('days', { n: n > 0 ? `+${n}` : `−${-n}`, count: Math.abs(n) })}
                </Button>
              ))}
            </div>
            <p id={`${field}-help`} className="mt-1.5 text-sm text-ink-2">
              {t('byDaysHelp')}
            </p>
          </div>
          {ofSeries > 0 && <p className="text-sm text-ink-2">{t('seriesStay', { n: ofSeries })}</p>}
        </DialogBody>
        <DialogFooter>
          <Button onPress={onClose}>{t('leave')}</Button>
          <Button type="submit" variant="primary" isDisabled={!usable}>
            {t('moveVerb')}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}

function Result({ report, onUndo, onClose }: { report: Report; onUndo: () => void; onClose: () => void }) {
  const t = useTranslations('calendar');
  const heading = useRef<HTMLHeadingElement>(null);
  const done = report.fates.filter((f) => f.done).length;
  // The button that was pressed may be gone; what became of it is where people look now.
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className="rounded-md border border-line bg-surface-2 px-3 py-2.5">
      <div className="flex flex-wrap items-center gap-2">
        <h2 ref={heading} tabIndex={-1} className="mr-auto text-sm font-bold outline-none">
          {t('bulkDone', { act: report.act, n: done })}
          {done < report.fates.length && ` ${t('bulkRefused', { n: report.fates.length - done })}`}
        </h2>
        {report.undo.length > 0 && (
          <Button size="sm" onPress={onUndo}>
            <Undo2 size={15} aria-hidden />
            {t('undo')}
          </Button>
        )}
        <IconButton label={t('understood')} icon={X} onPress={onClose} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <ul tabIndex={0} aria-label={t('results')} className="scroll-slim mt-1.5 max-h-40 space-y-1 overflow-y-auto">
        {report.fates
          .toSorted((a, b) => Number(a.done) - Number(b.done))
          .map((fate) => (
            <li key={fate.id} className="flex items-start gap-2 text-sm">
              {fate.done ? (
                <CircleCheck size={15} aria-hidden className="mt-0.5 shrink-0 text-published" />
              ) : (
                <OctagonAlert size={15} aria-hidden className="mt-0.5 shrink-0 text-failed" />
              )}
              <span className="min-w-0 break-words">
                <span className="font-semibold">{fate.name}</span>
                {' — '}
                {fate.done ? t('oneDone', { act: report.act }) : fate.why}
              </span>
            </li>
          ))}
      </ul>
    </div>
  );
}
