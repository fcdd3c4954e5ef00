import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { CalendarCheck, ChevronLeft, ChevronRight, PanelRightClose, PanelRightOpen, Rss, X } from 'lucide-react';
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { CALENDAR_KEY, calendarQuery } from '../../api/calendar';
import { channelsQuery, kindsQuery } from '../../api/channels';
import { queryClient } from '../../api/client';
import { toProblem } from '../../api/problem';
import { useSession } from '../../api/session';
import { useMinute } from '../../data/useMinute';
import { wallOf } from '../../data/wall';
import { type CalendarSearch, statusesOf } from '../../routes/calendar';
import { PageHead } from '../../shell/PageHead';
import { Button, IconButton } from '../../ui/Button';
import { Notice, ProblemNotice } from '../../ui/ProblemNotice';
import { Segmented } from '../../ui/Segmented';
import { useWide } from '../../ui/useWide';
import { addDays, capital, type Day, daysOf, rangeOf, step, subjectOf, type View, weekOf } from './days';
import { Filters } from './Filters';
import { ListView } from './ListView';
import { Sight } from './Look';
import { MonthGrid } from './MonthGrid';
import { PhoneMonth } from './PhoneMonth';
import { PostPopover } from './PostPopover';
import { type Item, type Plan, Planner } from './plan';
import { SidePanel } from './SidePanel';
import { useBoard } from './useBoard';
import { useGridKeys } from './useGridKeys';
import { useRescheduling } from './useRescheduling';
import { WeekColumns } from './WeekColumns';
import { useDays } from './words';

const route = getRouteApi('/signed-in/calendar');
const EMPTY: Plan = { days: new Map(), backlog: [], counts: new Map(), categories: [] };

/** Where the focus goes once it is there: a post, or a day. */
type Focus = { post: string; day: Day | null } | { day: Day };

export function Calendar() {
  const t = useTranslations('calendar');
  const days = useDays();
  const { commune } = useSession();
  const { zone } = commune;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const wide = useWide();
  const today = wallOf(useMinute(), zone).slice(0, 10);
  const view = search.view ?? 'month';
  const cursor = search.date ?? today;
  const { from, to } = useMemo(() => rangeOf(view, cursor), [view, cursor]);
  const subject = useMemo(() => subjectOf(view, cursor), [view, cursor]);
  const { data, error, refetch, isPlaceholderData } = useQuery(calendarQuery(from, to));
  const { data: channels } = useSuspenseQuery(channelsQuery);
  const { data: kinds } = useSuspenseQuery(kindsQuery);
  const names = useMemo(() => new Map(kinds.kinds.map((k) => [k.kind, k.title])), [kinds]);

  const [active, setActive] = useState<Day>(cursor);
  const [opened, setOpened] = useState<{ id: string; from: HTMLElement } | null>(null);
  const [keep, setKeep] = useState<string | null>(null);
  const [panel, setPanel] = useState(true);
  const page = useRef<HTMLDivElement>(null);
  const focus = useRef<Focus | null>(null);

  // The pages on both sides are read ahead: turning them shows them at once.
  useEffect(() => {
    if (!data || isPlaceholderData) return;
    for (const n of [1, -1]) {
      const { from: f, to: u } = rangeOf(view, step(view, cursor, n));
      void queryClient.prefetchQuery(calendarQuery(f, u));
    }
  }, [data, isPlaceholderData, view, cursor]);

  const go = useCallback(
    (changed: Partial<Record<keyof CalendarSearch, string | undefined>>, replace = false) =>
      void navigate({ search: (before) => ({ ...before, ...changed }) as CalendarSearch, replace }),
    [navigate],
  );
  /** Turns the page where a day is not shown. */
  const reveal = useCallback(
    (day: Day) => {
      setActive(day);
      if (day < from || day >= to) go({ date: day }, true);
    },
    [from, to, go],
  );

  const slots = useMemo(() => data?.slots ?? [], [data]);
  const rescheduling = useRescheduling({
    zone,
    today,
    slots,
    onMoved: (id, at) => {
      const day = at === null ? null : wallOf(at, zone).slice(0, 10);
      setOpened(null);
      setKeep(id);
      focus.current = { post: id, day };
      if (day) setActive(day);
    },
    onClosed: (id) => {
      focus.current = { post: id, day: null };
      setKeep(id);
    },
  });

  const planner = useMemo(() => new Planner(zone), [zone]);
  const plan = useMemo(
    () =>
      data
        ? planner.plan(
            data,
            rescheduling.moved,
            { statuses: statusesOf(search.status), channel: search.channel, category: search.category },
            subject,
          )
        : EMPTY,
    [planner, data, rescheduling.moved, search.status, search.channel, search.category, subject],
  );
  // Thousands of posts are drawn piece by piece, and whatever a person does meanwhile comes first.
  const drawn = useDeferredValue(plan, EMPTY);
  const items = useMemo(() => {
    const all = new Map<string, Item>();
    for (const day of plan.days.values()) for (const item of day.items) all.set(item.entry.post_id, item);
    for (const item of plan.backlog) all.set(item.entry.post_id, item);
    return all;
  }, [plan]);

  // After each drawing: what was moved is at its new place only now.
  useEffect(() => {
    const wanted = focus.current;
    if (!wanted || !page.current || opened) return;
    // What is still to be drawn may take the post away again; days stay where they are.
    if ('post' in wanted && drawn !== plan) return;
    const find = (selector: string) => page.current?.querySelector<HTMLElement>(selector) ?? null;
    const place =
      ('post' in wanted ? find(`a[data-post="${CSS.escape(wanted.post)}"]`) : null) ??
      (wanted.day ? find(`[role="gridcell"][data-day="${wanted.day}"]`) : null);
    if (!place) return;
    place.focus({ preventScroll: false });
    if (document.activeElement === place) focus.current = null;
  });

  const withItem = (id: string, run: (item: Item) => void) => {
    const item = items.get(id);
    if (item) run(item);
  };
  const latest = useRef(withItem);
  latest.current = withItem;
  const choose = useRef(rescheduling.choose);
  choose.current = rescheduling.choose;
  const askWhen = useCallback((id: string) => latest.current(id, (item) => choose.current(item)), []);

  useBoard(page, {
    open: (id, at) => {
      const day = at.closest<HTMLElement>('[data-day]')?.dataset.day;
      if (day) setActive(day);
      setOpened({ id, from: at });
    },
    nudge: (id, n) =>
      withItem(id, (item) => {
        if (item.day === null) return;
        const target = addDays(item.day, n);
        rescheduling.to(item, { day: target });
        if (target >= today && !item.entry.locked && !item.entry.series) reveal(target);
      }),
    drop: (id, target) => withItem(id, (item) => rescheduling.to(item, target)),
  });
  useGridKeys(page, {
    go: (day) => {
      focus.current = { day };
      reveal(day);
    },
    page: (n) => {
      const day = step(view, active, n);
      focus.current = { day };
      setActive(day);
      go({ date: day }, true);
    },
    view: (shown) => go({ view: shown === 'month' ? undefined : shown, date: active }),
    today: () => {
      focus.current = { day: today };
      setActive(today);
      go({ date: undefined });
    },
  });

  const turn = (n: 1 | -1) => {
    const day = step(view, cursor, n);
    setActive(day);
    go({ date: day });
  };
  const toToday = () => {
    setActive(today);
    go({ date: undefined });
  };

  const week = weekOf(cursor);
  const title =
    view === 'week'
      ? t('weekTitle', { from: days(week[0] as Day, 'dayMonth'), to: days(week[6] as Day, 'dayMonth') })
      : capital(days(cursor, 'month'));
  const statuses = statusesOf(search.status);
  const count = [...plan.counts].reduce(
    (n, [status, some]) => n + (statuses.length === 0 || statuses.includes(status) ? some : 0),
    0,
  );
  const zoneWords = zone === 'Europe/Brussels' ? t('zoneBrussels') : t('zone', { zone });
  const open = opened && items.get(opened.id);
  const viewChoice = (
    <Segmented<View>
      label={t('view')}
      value={view}
      onChange={(shown) => go({ view: shown === 'month' ? undefined : shown })}
      items={[
        { id: 'month', label: t('month') },
        { id: 'week', label: t('week') },
        { id: 'list', label: t('list') },
      ]}
    />
  );
  const turning = (
    <div className="flex items-center lg:gap-1">
      <IconButton label={t('previous')} icon={ChevronLeft} onPress={() => turn(-1)} />
      {wide ? (
        <Button size="sm" onPress={toToday}>
          {t('today')}
        </Button>
      ) : (
        <IconButton label={t('today')} icon={CalendarCheck} onPress={toToday} />
      )}
      <IconButton label={t('next')} icon={ChevronRight} onPress={() => turn(1)} />
    </div>
  );
  const shown = useMemo(() => daysOf({ from, to }), [from, to]);
  // Below the days on a phone: it comes with them, so that nothing moves under a finger.
  const side = drawn !== EMPTY && (
    <SidePanel backlog={plan.backlog} slots={slots} events={data?.events ?? []} onPlan={askWhen} />
  );
  const list = <ListView shown={shown} plan={drawn} today={today} zone={zone} onMove={askWhen} />;

  return (
    <Sight names={names} colours={search.colours ?? 'status'}>
      <div ref={page} className="flex min-h-full flex-col lg:h-full">
        <PageHead title={title} sub={t('sub', { n: count, zone: zoneWords })}>
          {wide && turning}
          {wide && viewChoice}
          {wide && (
            <IconButton
              label={panel ? t('hidePanel') : t('showPanel')}
              icon={panel ? PanelRightClose : PanelRightOpen}
              onPress={() => setPanel(!panel)}
            />
          )}
        </PageHead>
        <div className="scroll-none flex shrink-0 items-center gap-1.5 overflow-x-auto border-b lg:flex-wrap border-line bg-surface px-4 py-2 lg:px-6">
          {!wide && <div className="shrink-0">{viewChoice}</div>}
          <Filters
            statuses={statuses}
            counts={plan.counts}
            channel={search.channel}
            channels={channels.channels}
            category={search.category}
            categories={plan.categories}
            onStatuses={(statuses) => go({ status: statuses.join(',') || undefined })}
            onChannel={(channel) => go({ channel })}
            onCategory={(category) => go({ category })}
            onColours={(colours) => go({ colours: colours === 'channel' ? colours : undefined }, true)}
          />
          <Link
            to="/settings"
            hash="calendrier"
            preload={false}
            className="ml-auto inline-flex h-8 shrink-0 items-center gap-1.5 rounded-md px-2 text-xs font-semibold text-accent-ink hover:bg-sunken max-lg:h-10"
          >
            <Rss size={14} aria-hidden />
            {t('feed')}
          </Link>
        </div>
        {(rescheduling.trouble || error) && (
          <div className="space-y-2 px-4 pt-3 lg:px-6 lg:pb-3">
            {rescheduling.trouble && (
              <Notice tone="failed" role="alert">
                <div className="flex items-start gap-2">
                  <p className="flex-1 font-semibold">{rescheduling.trouble}</p>
                  <IconButton label={t('understood')} icon={X} onPress={rescheduling.dismiss} />
                </div>
              </Notice>
            )}
            {error && (
              <ProblemNotice problem={toProblem(error)}>
                <Button size="sm" onPress={() => void refetch()}>
                  {t('retry')}
                </Button>
              </ProblemNotice>
            )}
          </div>
        )}
        <div
          className={clsx(
            'flex-1 lg:grid lg:min-h-0',
            panel ? 'lg:grid-cols-[minmax(0,1fr)_276px]' : 'lg:grid-cols-[minmax(0,1fr)]',
          )}
        >
          <div className="scroll-slim lg:overflow-auto">
            {!wide && (
              <div className="flex items-center justify-between gap-2 bg-surface pt-1 pr-2 pl-4">
                <p className="text-xs text-ink-2">{zoneWords}</p>
                {turning}
              </div>
            )}
            {!data && !error && (
              <p role="status" className="p-6 text-sm text-ink-2">
                {t('loading')}
              </p>
            )}
            {view === 'month' && wide && (
              <MonthGrid
                label={title}
                month={cursor}
                plan={drawn}
                today={today}
                active={active}
                keep={keep}
                busy={isPlaceholderData}
              />
            )}
            {view === 'month' && !wide && (
              <PhoneMonth
                label={title}
                month={cursor}
                plan={drawn}
                today={today}
                active={active}
                onChoose={setActive}
                onMove={askWhen}
                busy={isPlaceholderData}
              />
            )}
            {view === 'week' &&
              (wide ? (
                <WeekColumns
                  label={title}
                  week={cursor}
                  plan={drawn}
                  today={today}
                  active={active}
                  busy={isPlaceholderData}
                />
              ) : (
                list
              ))}
            {view === 'list' && list}
          </div>
          {(panel || !wide) && (
            <aside
              aria-label={t('panel')}
              className="scroll-slim bg-bg max-lg:border-t max-lg:border-line lg:overflow-y-auto lg:border-l lg:border-line"
            >
              {side}
            </aside>
          )}
        </div>
        {open && opened && (
          <PostPopover
            item={open}
            from={opened.from}
            wide={wide}
            onClose={() => {
              focus.current = { post: opened.id, day: active };
              setOpened(null);
            }}
            onMove={() => {
              setOpened(null);
              rescheduling.choose(open);
            }}
            onChanged={() => void queryClient.invalidateQueries({ queryKey: CALENDAR_KEY })}
            openDraft={(id) => void navigate({ to: '/compose', search: { post: id } })}
          />
        )}
        {rescheduling.dialogs}
      </div>
    </Sight>
  );
}
