import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { CalendarHeart, ChevronRight, MapPin, Plus, Search } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton, Disclosure, DisclosurePanel, Heading, Input, SearchField } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { type AgendaEvent, pastQuery, upcomingQuery } from '../../api/events';
import { useLanguage } from '../../i18n';
import { EventsMessages } from '../../i18n/events';
import type { EventFilter } from '../../routes/events';
import { PageHead } from '../../shell/PageHead';
import { buttonLook } from '../../ui/Button';
import { EmptyPanel } from '../../ui/EmptyPanel';
import { Segmented } from '../../ui/Segmented';
import { EventTag } from './EventTag';
import { matches } from './matches';
import { AgendaTabs } from './Tabs';
import { eventWords } from './when';

const route = getRouteApi('/signed-in/events');

export const EventsPage = () => (
  <EventsMessages>
    <Page />
  </EventsMessages>
);

function Page() {
  const t = useTranslations('events');
  const filter = route.useSearch();
  const { data } = useSuspenseQuery(upcomingQuery());
  const filtered = filter.q !== undefined || filter.state !== undefined;
  const shown = data.events.filter((e) => matches(e, filter));
  return (
    <>
      <PageHead title={t('title')} sub={t('count', { n: data.events.length })}>
        <Link to="/events/new" className={buttonLook('primary')}>
          <Plus size={17} aria-hidden />
          <span className="max-sm:sr-only">{t('announceOne')}</span>
        </Link>
      </PageHead>
      <AgendaTabs />
      <div className="mx-auto max-w-[920px] space-y-4 p-4 lg:p-6">
        <Filters />
        {shown.length > 0 ? <List events={shown} /> : <Empty filtered={filtered} />}
        <Past />
      </div>
    </>
  );
}

function Filters() {
  const t = useTranslations('events');
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <div className="flex flex-wrap gap-2">
      <search className="min-w-0 flex-1 basis-56">
        <SearchField
          aria-label={t('search')}
          value={filter.q ?? ''}
          onChange={(q) => void navigate({ search: ({ q: _, ...rest }) => (q ? { ...rest, q } : rest), replace: true })}
          className="relative"
        >
          <Search
            size={16}
            aria-hidden
            className="pointer-events-none absolute top-3 left-3 text-ink-3 max-lg:top-3.5"
          />
          <Input
            placeholder={t('search')}
            className="h-10 w-full rounded-md border border-line-strong bg-surface pr-3 pl-9 text-sm placeholder:text-ink-3 max-lg:h-11 max-lg:text-[1rem]"
          />
        </SearchField>
      </search>
      <div className="-m-0.5 max-w-full overflow-x-auto p-0.5">
        <Segmented<EventFilter | 'all'>
          label={t('state')}
          value={filter.state ?? 'all'}
          onChange={(state) =>
            void navigate({ search: ({ state: _, ...rest }) => (state === 'all' ? rest : { ...rest, state }) })
          }
          items={[
            { id: 'all', label: t('all') },
            { id: 'scheduled', label: t('onlyScheduled') },
            { id: 'moved', label: t('onlyMoved') },
            { id: 'cancelled', label: t('onlyCancelled') },
          ]}
        />
      </div>
    </div>
  );
}

function List({ events }: { events: AgendaEvent[] }) {
  const t = useTranslations('events');
  const { locale } = useLanguage();
  return (
    <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface shadow-1">
      {events.map((e) => (
        <li key={e.id} className="relative flex items-center gap-4 px-4 py-3 hover:bg-surface-2">
          {e.images[0] ? (
            <img src={e.images[0].url} alt="" className="h-16 w-12 shrink-0 rounded-md bg-sunken object-cover" />
          ) : (
            <span className="grid h-16 w-12 shrink-0 place-items-center rounded-md bg-brass-soft text-brass-ink">
              <CalendarHeart size={20} aria-hidden />
            </span>
          )}
          <div className="min-w-0 flex-1">
            <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <h2 className="text-base font-semibold">
                <Link to="/events/$id" params={{ id: e.id }} className="rounded after:absolute after:inset-0">
                  {e.title}
                </Link>
              </h2>
              <EventTag status={e.status} />
            </div>
            <p className="text-sm text-ink-2">
              {e.status === 'postponed' ? t('dateToCome') : eventWords(e, locale)}
              {e.other_dates.length > 0 && ` · ${t('moreDates', { n: e.other_dates.length })}`}
            </p>
            {e.place && (
              <p className="flex items-center gap-1 text-sm text-ink-2">
                <MapPin size={14} aria-hidden className="shrink-0" />
                <span className="truncate">{e.place}</span>
              </p>
            )}
          </div>
          <ChevronRight size={18} aria-hidden className="shrink-0 text-ink-3" />
        </li>
      ))}
    </ul>
  );
}

function Past() {
  const t = useTranslations('events');
  const [open, setOpen] = useState(false);
  const filter = route.useSearch();
  const { data } = useQuery({ ...pastQuery(), enabled: open });
  const { data: coming } = useSuspenseQuery(upcomingQuery());
  const known = new Set(coming.events.map((e) => e.id));
  const events = data?.events.filter((e) => !known.has(e.id) && matches(e, filter)).toReversed() ?? [];
  return (
    <Disclosure isExpanded={open} onExpandedChange={setOpen}>
      <Heading level={2}>
        <AriaButton
          slot="trigger"
          className="group flex min-h-11 cursor-pointer items-center gap-2 rounded-md text-sm font-bold"
        >
          <ChevronRight size={17} aria-hidden className="transition-transform group-aria-expanded:rotate-90" />
          {t('past')}
        </AriaButton>
      </Heading>
      <DisclosurePanel>
        {events.length > 0 ? <List events={events} /> : data && <p className="text-sm text-ink-2">{t('noPast')}</p>}
      </DisclosurePanel>
    </Disclosure>
  );
}

function Empty({ filtered }: { filtered: boolean }) {
  const t = useTranslations('events');
  return (
    <EmptyPanel icon={CalendarHeart} title={filtered ? t('noMatch') : t('empty')} hint={!filtered && t('emptyHint')}>
      {filtered ? (
        <Link to="/events" search={{}} className={buttonLook()}>
          {t('showAll')}
        </Link>
      ) : (
        <Link to="/events/new" className={buttonLook('primary')}>
          <Plus size={17} aria-hidden />
          {t('announceOne')}
        </Link>
      )}
    </EmptyPanel>
  );
}
