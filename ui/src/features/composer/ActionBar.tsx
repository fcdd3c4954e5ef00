import clsx from 'clsx';
import { CalendarClock, FlaskConical, Save, Send, TriangleAlert } from 'lucide-react';
import { type Dispatch, lazy, Suspense } from 'react';
import { useTranslations } from 'use-intl';
import { resolveWall } from '../../data/wall';
import { useDates } from '../../i18n/useDates';
import { Button } from '../../ui/Button';
import { Segmented } from '../../ui/Segmented';
import { useWide } from '../../ui/useWide';
import { FindingList } from './FindingList';
import type { Finding } from './findings';
import type { Change, When } from './state';
import type { Plan } from './usePlan';
import type { Saving } from './useSave';

// The calendar is heavy, and most posts leave at once.
const WhenField = lazy(() => import('./WhenField').then((m) => ({ default: m.WhenField })));

/** How many free slots are proposed beside a date. */
const PROPOSED = 3;

/** As much of a title as tells which one it is. */
const brief = (title: string) => (title.length > 60 ? `${title.slice(0, 59).trimEnd()}…` : title);

/** When, and go. */
export function ActionBar({
  when,
  zone,
  plan,
  dispatch,
  findings,
  count,
  practising,
  real,
  planned,
  saving,
  onPublish,
  onDraft,
}: {
  when: When;
  zone: string;
  plan: Plan;
  dispatch: Dispatch<Change>;
  findings: Finding[];
  count: number;
  /** Practice channels are among the chosen ones. */
  practising: boolean;
  /** The names of the chosen channels that publish for real. */
  real: string[];
  /** It is to leave at an hour already: a draft would not. */
  planned: boolean;
  saving: Saving | null;
  onPublish: () => void;
  onDraft: () => void;
}) {
  const t = useTranslations('when');
  const slot = useTranslations('slotChoice');
  const format = useDates();
  const wide = useWide();
  const later = when.mode !== 'now';
  const [next] = plan.slots;
  const toSlot = () => next && dispatch({ type: 'when', when: { mode: 'slot', wall: next.wall } });
  const choose = (mode: When['mode']) => (mode === 'slot' ? toSlot() : dispatch({ type: 'when', when: { mode } }));
  const chosen = resolveWall(when.wall, zone);
  const [neighbour] = plan.neighbours;
  const savesDraft = saving === 'draft' || saving === 'stay';
  const draftWord = planned ? slot('toDraft') : t('draft');

  return (
    <div
      className={clsx(
        'sticky bottom-0 z-20 border-t border-line bg-surface [@media(max-height:520px)]:static',
        // With its date field it would cover half of a phone.
        when.mode === 'at' && 'max-lg:static',
      )}
    >
      {practising && (
        <p className="hatch flex items-center justify-center gap-2 border-b border-line bg-paused-soft px-4 py-1.5 text-center text-sm font-semibold text-paused max-lg:text-xs">
          <FlaskConical size={16} aria-hidden className="shrink-0" />
          {real.length === 0 ? t('practiceOnly') : t('practiceMixed', { names: real.join(', ') })}
        </p>
      )}
      <div className="px-4 pt-2.5 pb-[calc(env(safe-area-inset-bottom)+.625rem)] lg:px-6 lg:py-3">
        {neighbour?.at && (
          <div role="status" className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
            <span className="flex min-w-0 items-start gap-1.5">
              <TriangleAlert size={15} aria-hidden className="mt-0.5 shrink-0 text-pending" />
              <span className="min-w-0">
                {slot('close', { title: brief(neighbour.title || neighbour.text), at: format(neighbour.at, 'time') })}
              </span>
            </span>
            {next && when.mode !== 'slot' && (
              <Button size="sm" onPress={toSlot}>
                {slot('moveTo', { at: format(next.at, 'short') })}
              </Button>
            )}
          </div>
        )}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <Segmented<When['mode']>
            label={t('when')}
            value={when.mode}
            onChange={choose}
            items={[
              { id: 'now', label: t('now') },
              ...(next || when.mode === 'slot'
                ? [{ id: 'slot' as const, label: wide ? slot('next') : slot('short') }]
                : []),
              { id: 'at', label: t('at') },
            ]}
          />
          {when.mode === 'slot' && chosen.kind !== 'gap' && (
            <p className="text-sm font-semibold tabular-nums max-lg:order-2">
              {format(chosen.kind === 'once' ? chosen.instant : chosen[when.fold], 'short')}
            </p>
          )}
          {when.mode === 'at' && (
            <div className="space-y-1.5 max-lg:order-2 max-lg:self-start">
              <Suspense fallback={<span className="text-sm text-ink-3">{t('loading')}</span>}>
                <WhenField
                  when={when}
                  zone={zone}
                  invalid={findings.length > 0}
                  onChange={(changed) => dispatch({ type: 'when', when: changed })}
                />
              </Suspense>
              {plan.slots.length > 0 && (
                <div className="flex flex-wrap items-center gap-1.5 text-xs text-ink-2 max-lg:[&>button:nth-of-type(n+2)]:hidden">
                  {slot('free')}
                  {plan.slots.slice(0, PROPOSED).map((s) => (
                    <Button
                      key={s.wall}
                      size="sm"
                      className="rounded-full text-xs tabular-nums"
                      onPress={() => dispatch({ type: 'when', when: { mode: 'at', wall: s.wall, fold: 'earlier' } })}
                    >
                      {format(s.at, 'short')}
                    </Button>
                  ))}
                </div>
              )}
            </div>
          )}
          <Button isPending={savesDraft} onPress={onDraft} className="ml-auto max-lg:order-1 max-lg:size-11">
            <Save size={17} aria-hidden className="shrink-0" />
            <span className="max-lg:sr-only">{draftWord}</span>
          </Button>
          <Button
            variant="primary"
            isPending={saving === 'publish'}
            onPress={onPublish}
            className="max-lg:order-3 max-lg:h-11 max-lg:flex-1 max-lg:px-3"
          >
            {later ? <CalendarClock size={17} aria-hidden className="max-lg:hidden" /> : <Send size={17} aria-hidden />}
            {later ? t('schedule') : t('publish')}
            <span className="rounded-full bg-on-accent/20 px-1.5 text-xs leading-5">
              <span aria-hidden>{count}</span>
              <span className="sr-only">{t('onChannels', { n: count })}</span>
            </span>
          </Button>
        </div>
        {findings.length > 0 && (
          <div className="mt-2">
            <FindingList findings={findings} nameOf={(id) => id} />
          </div>
        )}
      </div>
    </div>
  );
}
