import { parseDate } from '@internationalized/date';
import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import {
  CalendarClock,
  CircleCheck,
  CircleDashed,
  CircleSlash,
  Clock3,
  type LucideIcon,
  SkipForward,
  Undo2,
} from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { $api } from '../../api/client';
import { type Occurrence, type Recurrence, tookRecurrence } from '../../api/events';
import { type Problem, toProblem } from '../../api/problem';
import { useLanguage } from '../../i18n';
import { useDates } from '../../i18n/useDates';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { Notice, ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { dayWords } from './when';

const LOOKS: Record<Occurrence['state'], { icon: LucideIcon; tone: string }> = {
  planned: { icon: CircleDashed, tone: 'bg-draft-soft text-draft' },
  made: { icon: Clock3, tone: 'bg-scheduled-soft text-scheduled' },
  skipped: { icon: SkipForward, tone: 'bg-paused-soft text-paused' },
  dropped: { icon: CircleSlash, tone: 'bg-draft-soft text-draft' },
  past: { icon: CircleCheck, tone: 'bg-published-soft text-published' },
};

const PAGE = 20;

/** The day on which it takes place: moved by itself, or with all the others. */
const dayOf = (o: Occurrence, shift: number) => o.moved_to ?? parseDate(o.date).add({ days: shift }).toString();

/** The dates to come, each of which can be skipped or moved. */
export function Occurrences({ recurrence }: { recurrence: Recurrence }) {
  const t = useTranslations('recurrences');
  const { locale } = useLanguage();
  const [shown, show] = useState(PAGE);
  const [moving, move] = useState<Occurrence | null>(null);
  const change = $api.useMutation('post', '/recurrences/{id}/occurrences', { onSuccess: tookRecurrence });
  const problem = change.error ? toProblem(change.error) : null;
  const all = recurrence.occurrences ?? [];
  const path = { path: { id: recurrence.id } };
  const skip = (o: Occurrence, skipped: boolean) =>
    change.mutate(
      { params: path, body: { date: o.date, skip: skipped } },
      {
        onSuccess: () =>
          skipped &&
          say(t('skippedToast', { day: dayWords(dayOf(o, recurrence.shift_days), locale) }), {
            action: { label: t('undo'), run: () => skip(o, false) },
          }),
      },
    );
  return (
    <section aria-labelledby="dates" className="space-y-3">
      <h2 id="dates" className="text-sm font-bold">
        {t('nextDates', { n: all.length })}
      </h2>
      {problem && !moving && <ProblemNotice problem={problem} />}
      {all.length === 0 && <p className="text-sm text-ink-2">{t('noDates')}</p>}
      <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface shadow-1 empty:hidden">
        {all.slice(0, shown).map((o) => (
          <Row
            key={o.date}
            occurrence={o}
            takesPlace={dayOf(o, recurrence.shift_days)}
            busy={change.isPending}
            ended={recurrence.status === 'ended'}
            onSkip={(skipped) => skip(o, skipped)}
            onMove={() => {
              change.reset();
              move(o);
            }}
          />
        ))}
      </ul>
      {all.length > shown && (
        <Button onPress={() => show(shown + PAGE)} className="w-full">
          {t('moreDates', { n: all.length - shown })}
        </Button>
      )}
      {moving && (
        <MoveDialog
          occurrence={moving}
          day={dayOf(moving, recurrence.shift_days)}
          onClose={() => {
            change.reset();
            move(null);
          }}
          isPending={change.isPending}
          problem={problem}
          onMove={(to) =>
            change.mutate(
              { params: path, body: { date: moving.date, to } },
              {
                onSuccess: () => {
                  move(null);
                  say(t('movedToast'), {
                    action: {
                      label: t('undo'),
                      run: () =>
                        change.mutate({ params: path, body: { date: moving.date, to: moving.moved_to ?? '' } }),
                    },
                  });
                },
              },
            )
          }
        />
      )}
    </section>
  );
}

function Row({
  occurrence: o,
  takesPlace,
  busy,
  ended,
  onSkip,
  onMove,
}: {
  occurrence: Occurrence;
  takesPlace: string;
  busy: boolean;
  ended: boolean;
  onSkip: (skipped: boolean) => void;
  onMove: () => void;
}) {
  const t = useTranslations('recurrences');
  const state = useTranslations('occurrenceState');
  const format = useDates();
  const { locale } = useLanguage();
  const { icon: Icon, tone } = LOOKS[o.state];
  const day = dayWords(takesPlace, locale);
  const open = !ended && (o.state === 'planned' || o.state === 'made');
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5">
      <div className="min-w-0 flex-1 basis-56">
        <p className="flex flex-wrap items-center gap-x-2 font-semibold">
          <span className={clsx(o.state === 'skipped' && 'line-through')}>{day}</span>
          <span className={clsx('inline-flex items-center gap-1 rounded-sm px-1.5 py-0.5 text-xs font-semibold', tone)}>
            <Icon size={13} aria-hidden />
            {state(o.state)}
          </span>
        </p>
        <p className="text-sm text-ink-2">
          {o.label && <span lang="fr">{o.label} · </span>}
          {o.moved_to
            ? t('insteadOf', { day: dayWords(o.date, locale) })
            : t('leavesAt', { at: format(o.due_at, 'short') })}
        </p>
        {o.problem && (
          <div className="mt-1.5">
            <Notice tone="failed">
              <p lang="fr">{o.problem}</p>
            </Notice>
          </div>
        )}
      </div>
      <div className="flex flex-wrap gap-1">
        {o.post_id && (
          <Link
            to="/posts/$id"
            params={{ id: o.post_id }}
            aria-label={t('openPostOf', { day })}
            className="inline-flex h-8 items-center rounded-md px-2.5 text-sm font-semibold text-accent-ink hover:bg-sunken max-lg:h-10"
          >
            {t('openPost')}
          </Link>
        )}
        {open && (
          <>
            <Button size="sm" variant="ghost" isDisabled={busy} aria-label={t('moveOf', { day })} onPress={onMove}>
              <CalendarClock size={15} aria-hidden />
              {t('move')}
            </Button>
            <Button size="sm" isDisabled={busy} aria-label={t('skipOf', { day })} onPress={() => onSkip(true)}>
              <SkipForward size={15} aria-hidden />
              {t('skip')}
            </Button>
          </>
        )}
        {!ended && o.state === 'skipped' && (
          <Button size="sm" isDisabled={busy} aria-label={t('resumeOf', { day })} onPress={() => onSkip(false)}>
            <Undo2 size={15} aria-hidden />
            {t('resumeOne')}
          </Button>
        )}
      </div>
    </li>
  );
}

function MoveDialog({
  occurrence: o,
  day,
  isPending,
  problem,
  onMove,
  onClose,
}: {
  occurrence: Occurrence;
  day: string;
  isPending: boolean;
  problem: Problem | null;
  onMove: (to: string) => void;
  onClose: () => void;
}) {
  const t = useTranslations('recurrences');
  const { locale } = useLanguage();
  const [to, setTo] = useState(day);
  return (
    <Dialog title={t('moveTitle', { day: dayWords(o.date, locale) })} isOpen onOpenChange={onClose}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          onMove(to);
        }}
      >
        <DialogBody>
          <p className="text-sm text-ink-2">{t('moveHelp')}</p>
          <Field label={t('newDay')} type="date" isRequired value={to} onChange={setTo} />
          {problem && <ProblemNotice problem={problem} />}
        </DialogBody>
        <DialogFooter>
          <Button onPress={onClose}>{t('back')}</Button>
          <Button variant="primary" type="submit" isPending={isPending} isDisabled={to === ''}>
            {t('moveVerb')}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
