import { lazy, type ReactNode, Suspense, useCallback, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CalendarEntry, FreeSlot } from '../../api/calendar';
import type { Problem } from '../../api/problem';
import { proposeWall, type Wall } from '../../data/wall';
import { useDates } from '../../i18n/useDates';
import { useProblemText } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import type { Day } from './days';
import { judge, type Outcome, type Target } from './moving';
import type { Item } from './plan';
import { useMoves } from './useMoves';

const MoveDialog = lazy(() => import('./MoveDialog').then((m) => ({ default: m.MoveDialog })));
const SeriesDialog = lazy(() => import('./SeriesDialog').then((m) => ({ default: m.SeriesDialog })));

type Asked =
  | { what: 'when'; item: Item; wall: Wall; why: Extract<Outcome, { kind: 'ask' }>['why'] | null }
  | { what: 'series'; item: Item; at: string };

/** Whether somebody else changed the post meanwhile. */
const isStale = ({ status }: Problem) => status === 409 || status === 412;

/**
 * Moving posts, whatever asked for it: judged first, asked about where it must
 * be, done at once with a way back, and explained where it is refused.
 */
export function useRescheduling({
  zone,
  today,
  slots,
  onMoved,
  onClosed,
}: {
  zone: string;
  today: Day;
  slots: FreeSlot[];
  /** The post is at another place on the screen. */
  onMoved: (id: string, at: string | null) => void;
  /** A dialog about it is gone, and nothing was moved. */
  onClosed: (id: string) => void;
}) {
  const t = useTranslations('calendar');
  const format = useDates();
  const problemText = useProblemText();
  const [asked, ask] = useState<Asked | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const toast = useRef<{ id: string; close: () => void } | null>(null);

  const { moved, move } = useMoves(zone, (entry: CalendarEntry, problem) => {
    if (toast.current?.id === entry.post_id) toast.current.close();
    const fields = problem.fields.map((f) => f.message).filter(Boolean);
    const words = isStale(problem) ? t('changedMeanwhile') : [problemText(problem), ...fields].join(' ');
    setTrouble(t('notMoved', { name: entry.title || entry.text, why: words }));
  });

  const commit = (item: Item, at: string) => {
    const { entry, name } = item;
    setTrouble(null);
    if (toast.current?.id === entry.post_id) toast.current.close();
    move(entry, at);
    onMoved(entry.post_id, at);
    const close = say(t('moved', { name: name || t('untitled'), at: format(at) }), {
      action: {
        label: t('undo'),
        run: () => {
          move({ ...entry, at }, entry.at);
          onMoved(entry.post_id, entry.at);
        },
      },
    });
    toast.current = { id: entry.post_id, close };
  };

  const settle = (item: Item, at: string) => {
    // A series has its own rhythm: one post of it leaves that only when a person says so.
    if (item.entry.series && item.entry.at !== null) ask({ what: 'series', item, at });
    else {
      ask(null);
      commit(item, at);
    }
  };

  const to = (item: Item, target: Target) => {
    const outcome = judge(item, target, zone, today, Date.now());
    if (outcome.kind === 'locked') say(t('lockedWhy', { why: outcome.why }));
    else if (outcome.kind === 'past-day') say(t('pastDayLong'));
    else if (outcome.kind === 'ask') ask({ what: 'when', item, wall: outcome.wall, why: outcome.why });
    else if (outcome.kind === 'move') settle(item, outcome.at);
  };

  const choose = (item: Item) => {
    if (item.entry.locked) say(t('lockedWhy', { why: item.entry.locked }));
    else {
      const wall = item.day === null ? (slots[0]?.wall ?? proposeWall(zone)) : `${item.day}T${item.hour}`;
      ask({ what: 'when', item, wall, why: null });
    }
  };

  const close = () => {
    if (asked) onClosed(asked.item.entry.post_id);
    ask(null);
  };

  const dialogs: ReactNode = asked && (
    <Suspense>
      {asked.what === 'when' ? (
        <MoveDialog
          item={asked.item}
          wall={asked.wall}
          why={asked.why}
          zone={zone}
          slots={slots}
          onChosen={(at) => settle(asked.item, at)}
          onClose={close}
        />
      ) : (
        asked.item.entry.series && (
          <SeriesDialog
            item={asked.item}
            series={asked.item.entry.series}
            to={asked.at}
            zone={zone}
            onAlone={() => {
              ask(null);
              commit(asked.item, asked.at);
            }}
            onClose={close}
          />
        )
      )}
    </Suspense>
  );
  const dismiss = useCallback(() => setTrouble(null), []);
  return { moved, to, choose, dialogs, trouble, dismiss };
}
