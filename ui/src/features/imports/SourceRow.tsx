import { Link } from '@tanstack/react-router';
import {
  CalendarDays,
  CircleCheck,
  CirclePause,
  Globe,
  Hourglass,
  type LucideIcon,
  OctagonAlert,
  Rss,
} from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { $api } from '../../api/client';
import { refreshImports, refreshSources, type Source, type SourceKind } from '../../api/imports';
import { type Problem, toProblem } from '../../api/problem';
import { useDates } from '../../i18n/useDates';
import { Button, buttonLook } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Notice, ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { useRuleWords } from './useRuleWords';

const ICONS: Record<SourceKind, LucideIcon> = { feed: Rss, wordpress: Globe, plone: Globe, ics: CalendarDays };

type Standing = 'works' | 'fails' | 'paused' | 'new';
const standingOf = (s: Source): Standing => {
  if (!s.enabled) return 'paused';
  if (s.error) return 'fails';
  return s.polled_at ? 'works' : 'new';
};
const STANDINGS: Record<Standing, { icon: LucideIcon; tone: string }> = {
  works: { icon: CircleCheck, tone: 'bg-published-soft text-published' },
  fails: { icon: OctagonAlert, tone: 'bg-failed-soft text-failed' },
  paused: { icon: CirclePause, tone: 'bg-paused-soft text-paused' },
  new: { icon: Hourglass, tone: 'bg-pending-soft text-pending' },
};

/** One source: how it stands, in words, and what can be done about it. */
export function SourceRow({
  source,
  administrator,
  onEdit,
}: {
  source: Source;
  administrator: boolean;
  onEdit: () => void;
}) {
  const t = useTranslations('sources');
  const kinds = useTranslations('sourceKind');
  const standings = useTranslations('sourceStanding');
  const format = useDates();
  const wordsOf = useRuleWords();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [removing, askRemoval] = useState(false);
  const path = { params: { path: { id: source.id } } };
  const failed = (error: unknown) => setProblem(toProblem(error));
  const standing = standingOf(source);
  const { icon: StandingIcon, tone } = STANDINGS[standing];
  const Icon = ICONS[source.kind];

  const poll = $api.useMutation('post', '/sources/{id}/poll', {
    onSuccess: (reading) => {
      setProblem(null);
      if (reading.source.error === null)
        say(reading.taken > 0 ? t('readTaken', { n: reading.taken }) : t('readNothing', { n: reading.seen }));
      void refreshSources();
      refreshImports();
    },
    onError: failed,
  });
  const change = $api.useMutation('patch', '/sources/{id}', {
    onSuccess: (changed) => {
      setProblem(null);
      const back = { label: t('undo'), run: () => change.mutate({ ...path, body: { enabled: !changed.enabled } }) };
      say(changed.enabled ? t('resumed', { name: source.name }) : t('paused', { name: source.name }), { action: back });
      void refreshSources();
    },
    onError: failed,
  });
  const remove = $api.useMutation('delete', '/sources/{id}', {
    onSuccess: () => {
      askRemoval(false);
      say(t('removed', { name: source.name }));
      void refreshSources();
      refreshImports();
    },
  });

  return (
    <li className="rounded-lg border border-line bg-surface p-4 shadow-1">
      <article aria-label={source.name} className="space-y-3">
        <div className="flex items-start gap-3">
          <span className="grid size-10 shrink-0 place-items-center rounded-md bg-accent-soft text-accent-ink">
            <Icon size={20} aria-hidden />
          </span>
          <div className="min-w-0 flex-1">
            <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
              <h2 className="min-w-0 text-base font-semibold break-words">{source.name}</h2>
              <span
                className={`inline-flex items-center gap-1 rounded-sm px-1.5 py-0.5 text-xs font-semibold whitespace-nowrap ${tone}`}
              >
                <StandingIcon size={13} aria-hidden />
                {standings(standing)}
              </span>
            </div>
            <p className="truncate text-sm text-ink-2">
              {kinds(source.kind)} · {source.url}
            </p>
            <p className="mt-1 text-sm text-ink-2">
              {source.polled_at ? t('lastRead', { at: format(source.polled_at) }) : t('neverRead')}{' '}
              {source.enabled && t('nextRead', { at: format(source.next_at), n: source.every_minutes })}
            </p>
          </div>
        </div>
        {source.error && (
          <Notice tone="failed">
            <p className="font-semibold">{source.error.message}</p>
            <p>{source.error.next_step}</p>
            {source.failures > 1 && <p className="text-ink-2">{t('failures', { n: source.failures })}</p>}
          </Notice>
        )}
        <ol aria-label={t('rulesOf', { name: source.name })} className="space-y-1 text-sm">
          {source.rules.map((rule, i) => (
            <li key={i} className="flex gap-2">
              <span aria-hidden className="text-ink-3">
                →
              </span>
              <span className="min-w-0 break-words">{wordsOf(rule)}</span>
            </li>
          ))}
          {!source.rules.some((rule) => !rule.category) && (
            <li className="flex gap-2">
              <span aria-hidden className="text-ink-3">
                →
              </span>
              <span>{source.rules.length === 0 ? t('noRule') : t('otherwise')}</span>
            </li>
          )}
        </ol>
        {problem && <ProblemNotice problem={problem} />}
        <div className="flex flex-wrap gap-2">
          <Button size="sm" isPending={poll.isPending} onPress={() => poll.mutate(path)}>
            {poll.isPending ? t('reading') : t('readNow')}
            <span className="sr-only"> {source.name}</span>
          </Button>
          {administrator && (
            <>
              <Button size="sm" onPress={onEdit}>
                {t('edit')}
                <span className="sr-only"> {source.name}</span>
              </Button>
              <Button
                size="sm"
                isPending={change.isPending}
                onPress={() => change.mutate({ ...path, body: { enabled: !source.enabled } })}
              >
                {source.enabled ? t('pause') : t('resume')}
                <span className="sr-only"> {source.name}</span>
              </Button>
              <Button size="sm" onPress={() => askRemoval(true)}>
                {t('remove')}
                <span className="sr-only"> {source.name}</span>
              </Button>
            </>
          )}
          <Link to="/imports" search={{ source: source.id }} className={buttonLook('ghost', 'sm')}>
            {t('seeItems')}
            <span className="sr-only"> {source.name}</span>
          </Link>
        </div>
      </article>
      <ConfirmDialog
        title={t('removeTitle', { name: source.name })}
        verb={t('remove')}
        danger
        isOpen={removing}
        onOpenChange={askRemoval}
        onConfirm={() => remove.mutate(path)}
        isPending={remove.isPending}
        problem={remove.error ? toProblem(remove.error) : null}
      >
        <p>{t('removeHint')}</p>
      </ConfirmDialog>
    </li>
  );
}
