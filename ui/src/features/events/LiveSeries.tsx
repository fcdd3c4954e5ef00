import { ClockAlert, Plus } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { AgendaEvent, SeriesStep } from '../../api/events';
import type { Post } from '../../api/types';
import { Button } from '../../ui/Button';
import { Announcement } from './Announcement';
import type { EventForm } from './form';
import { Rules } from './Rules';
import { StepBadge } from './StepBadge';
import { inTime, isOf, newStep, offsetOf } from './steps';
import type { Shown } from './TextsDialog';
import { usePlan } from './usePlan';

const StepDialog = lazy(() => import('./StepDialog').then((m) => ({ default: m.StepDialog })));
const TextsDialog = lazy(() => import('./TextsDialog').then((m) => ({ default: m.TextsDialog })));

const OPEN = new Set<Post['status']>(['draft', 'awaiting_approval', 'scheduled']);
const timeOf = (post: Post) =>
  post.deliveries.flatMap((d) => (d.sent_at ? [d.sent_at] : [])).toSorted()[0] ?? post.publish.due_at ?? '9';

/** The series of an event as it is, with what was changed here and is not saved yet. */
export function LiveSeries({
  event,
  form,
  set,
}: {
  event: AgendaEvent;
  form: EventForm;
  set: (changed: Partial<EventForm>) => void;
}) {
  const t = useTranslations('events');
  const [editing, edit] = useState<SeriesStep | null>(null);
  const [reading, read] = useState<Shown | null>(null);
  const steps = form.steps ?? [];
  // Only the plan knows the words with their blanks.
  const plan = usePlan(form, editing !== null);
  const wording = editing ? plan.data?.announcements.find((a) => isOf(editing, a.step))?.wording : undefined;
  const posts = (event.announcements ?? []).toSorted((a, b) => timeOf(a).localeCompare(timeOf(b)));
  const stepOf = (post: Post) => steps.find((s) => isOf(s, post.series?.step ?? ''));
  const saved = (step: SeriesStep) => event.steps.find((s) => s.key === step.key);
  const added = steps.filter((s) => !saved(s));
  const open = event.status !== 'cancelled';
  const alive = posts.filter((p) => p.status !== 'cancelled').length;
  return (
    <section aria-labelledby="series" className="space-y-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="series" className="text-sm font-bold">
          {t('series', { n: alive })}
        </h2>
        <Rules category={event.category} />
      </div>
      {posts.length === 0 && <p className="text-sm text-ink-2">{t('noSeries')}</p>}
      <ol className="relative space-y-3 before:absolute before:top-5 before:bottom-8 before:left-[31px] before:w-0.5 before:bg-brass/45">
        {posts.map((post) => {
          const step = stepOf(post);
          const may = open && step !== undefined && OPEN.has(post.status);
          const key = step?.key ?? '';
          const before = step && saved(step);
          return (
            <Announcement
              key={post.id}
              post={post}
              offset={step ? offsetOf(step) : noticeOffset(post)}
              off={form.off.includes(key)}
              changed={step !== undefined && JSON.stringify(step) !== JSON.stringify(before)}
              note={event.notes?.find((n) => n.step === post.series?.step)?.reason}
              {...(may && {
                onToggle: (on: boolean) => set({ off: on ? form.off.filter((k) => k !== key) : [...form.off, key] }),
                onEdit: () => edit(step),
              })}
              onRead={read}
            />
          );
        })}
        {added.map((step) => (
          <li key={step.key} className="grid grid-cols-[64px_1fr] gap-3">
            <StepBadge offset={offsetOf(step)} off={false} />
            <p className="rounded-lg border border-dashed border-line-strong px-4 py-3 text-sm">
              {t('atHour', { at: step.at ?? '' })} ·{' '}
              <span className="font-semibold text-brass-ink">{t('notSavedYet')}</span>
            </p>
          </li>
        ))}
      </ol>
      {(event.skipped?.length ?? 0) > 0 && (
        <ul aria-label={t('skippedTitle')} className="space-y-1">
          {event.skipped?.map((s) => (
            <li key={s.step} className="flex items-start gap-1.5 text-sm text-ink-2">
              <ClockAlert size={15} aria-hidden className="mt-0.5 shrink-0 text-pending" />
              <span lang="fr">{s.reason}</span>
            </li>
          ))}
        </ul>
      )}
      {open && (
        <Button size="sm" variant="ghost" onPress={() => edit(newStep(steps))}>
          <Plus size={16} aria-hidden />
          {t('addStep')}
        </Button>
      )}
      {editing && (editing.text || wording || plan.problem || !saved(editing) || plan.fresh) && (
        <Suspense>
          <StepDialog
            step={editing}
            wording={wording}
            known={steps.some((s) => s.key === editing.key)}
            severalDates={form.dates.length > 1}
            onSave={(step) => {
              set({ steps: inTime([...steps.filter((s) => s.key !== step.key), step]) });
              edit(null);
            }}
            onRemove={() => {
              set({ off: [...form.off, editing.key ?? ''] });
              edit(null);
            }}
            onClose={() => edit(null)}
          />
        </Suspense>
      )}
      {reading && (
        <Suspense>
          <TextsDialog shown={reading} onClose={() => read(null)} />
        </Suspense>
      )}
    </section>
  );
}

const NOTICES = new Set(['postponed', 'cancelled', 'changed']);
/** An announcement whose step is gone keeps the badge of the day; a notice has its own. */
const noticeOffset = (post: Post) => (NOTICES.has(post.series?.kind ?? '') ? null : 0);
