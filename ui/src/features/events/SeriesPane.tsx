import clsx from 'clsx';
import { ClockAlert, Info, Pencil, Plus, ScrollText } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PlannedAnnouncement, SeriesStep } from '../../api/events';
import { useDates } from '../../i18n/useDates';
import { Button, IconButton } from '../../ui/Button';
import { Notice, ProblemNotice } from '../../ui/ProblemNotice';
import { type EventForm, newEvent } from './form';
import { Rules } from './Rules';
import { StepBadge, useOffsetLabel } from './StepBadge';
import { Switch } from './Switch';
import { inTime, isOf, newStep, offsetOf } from './steps';
import type { Shown } from './TextsDialog';
import type { Plan } from './usePlan';

const StepDialog = lazy(() => import('./StepDialog').then((m) => ({ default: m.StepDialog })));
const TextsDialog = lazy(() => import('./TextsDialog').then((m) => ({ default: m.TextsDialog })));

/** The series of an event that is not saved yet: each announcement with its hour and its words. */
export function SeriesPane({
  form,
  set,
  plan,
  usual,
}: {
  form: EventForm;
  set: (changed: Partial<EventForm>) => void;
  plan: Plan;
  /** The steps of the recipe, shown while there is no event to plan. */
  usual: SeriesStep[];
}) {
  const t = useTranslations('events');
  const [editing, edit] = useState<SeriesStep | null>(null);
  const [reading, read] = useState<Shown | null>(null);
  const steps = inTime(form.steps ?? plan.data?.steps ?? usual);
  const put = (changed: SeriesStep[]) => set({ steps: changed });
  const toggle = (step: SeriesStep, on: boolean) =>
    set({
      steps,
      off: on ? form.off.filter((k) => k !== step.key) : [...form.off, step.key ?? ''],
    });
  const count = plan.data?.announcements.length ?? 0;
  return (
    <section aria-labelledby="series" className="space-y-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="series" className="text-sm font-bold">
          {plan.data ? t('series', { n: count }) : t('seriesToCome')}
        </h2>
        <Rules category={form.category} plan={plan.data} />
      </div>
      {!plan.data && !plan.problem && <p className="text-sm text-ink-2">{t('seriesHint')}</p>}
      {plan.problem && <ProblemNotice problem={plan.problem} />}
      {(plan.data?.issues.length ?? 0) > 0 && (
        <Notice tone="failed" role="status">
          <ul lang="fr" className="space-y-1">
            {[...new Set(plan.data?.issues.map((i) => i.message))].map((message) => (
              <li key={message} className="font-medium">
                {message}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <ol className="relative space-y-3 before:absolute before:top-5 before:bottom-8 before:left-[31px] before:w-0.5 before:bg-brass/45">
        {steps.map((step) => (
          <StepRow
            key={step.key}
            step={step}
            off={form.off.includes(step.key ?? '')}
            plan={plan}
            form={form}
            onToggle={(on) => toggle(step, on)}
            onEdit={() => edit(step)}
            onRead={read}
          />
        ))}
      </ol>
      <Button size="sm" variant="ghost" onPress={() => edit(newStep(steps))}>
        <Plus size={16} aria-hidden />
        {t('addStep')}
      </Button>
      {editing && (
        <Suspense>
          <StepDialog
            step={editing}
            wording={plan.data?.announcements.find((a) => isOf(editing, a.step))?.wording}
            known={steps.some((s) => s.key === editing.key)}
            severalDates={form.dates.length > 1}
            onSave={(step) => {
              const others = steps.filter((s) => s.key !== step.key);
              put(inTime([...others, step]));
              edit(null);
            }}
            onRemove={() => {
              put(steps.filter((s) => s.key !== editing.key));
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

function StepRow({
  step,
  off,
  plan,
  form,
  onToggle,
  onEdit,
  onRead,
}: {
  step: SeriesStep;
  off: boolean;
  plan: Plan;
  form: EventForm;
  onToggle: (on: boolean) => void;
  onEdit: () => void;
  onRead: (shown: Shown) => void;
}) {
  const t = useTranslations('events');
  const kind = useTranslations('announcementKind');
  const label = useOffsetLabel()(offsetOf(step));
  const planned = plan.data?.announcements.filter((a) => isOf(step, a.step)) ?? [];
  const skipped = plan.data?.skipped.filter((s) => isOf(step, s.step)) ?? [];
  const idle = off || !plan.data;
  return (
    <li className="grid grid-cols-[64px_1fr] gap-3">
      <StepBadge offset={offsetOf(step)} off={off || (planned.length === 0 && skipped.length > 0)} />
      <div
        className={clsx(
          'min-w-0 rounded-lg border border-line px-4 py-2.5',
          off ? 'border-dashed' : 'bg-surface shadow-1',
        )}
      >
        <div className="flex items-center gap-2">
          <span className="mr-auto min-w-0 text-sm font-semibold text-ink-2">
            {kind(step.kind ?? 'announce')}
            {off && <span className="font-normal"> · {t('switchedOff')}</span>}
          </span>
          {!off && <IconButton label={t('editStep', { step: label })} icon={Pencil} onPress={onEdit} />}
          <Switch label={t('publishStep', { step: label })} isSelected={!off} onChange={onToggle} />
        </div>
        {idle && !off && step.at && <p className="text-sm text-ink-2">{t('atHour', { at: step.at })}</p>}
        {!off && planned.map((a) => <PlannedText key={a.step} planned={a} form={form} onRead={onRead} />)}
        {!off &&
          skipped.map((s) => (
            <p key={s.step} className="mt-1 flex items-start gap-1.5 text-sm font-medium text-pending">
              <ClockAlert size={15} aria-hidden className="mt-0.5 shrink-0" />
              <span lang="fr">{s.reason}</span>
            </p>
          ))}
      </div>
    </li>
  );
}

function PlannedText({
  planned,
  form,
  onRead,
}: {
  planned: PlannedAnnouncement;
  form: EventForm;
  onRead: (shown: Shown) => void;
}) {
  const t = useTranslations('events');
  const format = useDates();
  const at = format(planned.due_at, 'short');
  const { images, channels, link } = newEvent(form);
  return (
    <div className="mt-1 [&+&]:mt-3 [&+&]:border-t [&+&]:border-line [&+&]:pt-3">
      <p className="text-sm font-bold first-letter:uppercase">{at}</p>
      <p lang="fr" className="mt-1 line-clamp-4 text-sm whitespace-pre-line text-ink-2">
        {planned.text}
      </p>
      {planned.note && (
        <p className="mt-1 flex items-start gap-1.5 text-xs text-ink-2">
          <Info size={14} aria-hidden className="mt-0.5 shrink-0" />
          <span lang="fr">{planned.note}</span>
        </p>
      )}
      <Button
        size="sm"
        variant="ghost"
        aria-label={t('textsOf', { at })}
        className="mt-1 -ml-2.5"
        onPress={() =>
          onRead({
            title: at,
            request: {
              title: planned.title,
              text: planned.text,
              link: link ?? '',
              images: images ?? [],
              channels: channels ?? [],
              overrides: planned.overrides,
            },
          })
        }
      >
        <ScrollText size={15} aria-hidden />
        {t('texts')}
      </Button>
    </div>
  );
}
