import { Link } from '@tanstack/react-router';
import { CalendarPlus, GripVertical } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { CalendarEvent, FreeSlot } from '../../api/calendar';
import { IconButton } from '../../ui/Button';
import { NetworkGlyph } from '../../ui/Network';
import { SlotLink } from './DayParts';
import { capital, type Day } from './days';
import type { Item } from './plan';
import { useDays } from './words';

const SLOTS = 5;

function Section({ title, count, children }: { title: string; count?: number; children: ReactNode }) {
  return (
    <section>
      <h2 className="mb-2 text-sm font-bold">
        {title} {count !== undefined && <span className="font-medium text-ink-2">{count}</span>}
      </h2>
      {children}
    </section>
  );
}

function Draft({ item, onPlan }: { item: Item; onPlan: (id: string) => void }) {
  const t = useTranslations('calendar');
  const name = item.name || t('untitled');
  const id = item.entry.post_id;
  return (
    <li
      draggable={!item.entry.locked}
      data-post={id}
      className="flex cursor-grab items-start gap-1 rounded-md border border-line bg-surface py-1.5 pr-1 pl-1 data-[dragging]:opacity-40"
    >
      <GripVertical size={16} aria-hidden className="mt-1 shrink-0 text-ink-3 max-lg:hidden" />
      <div className="min-w-0 flex-1 py-0.5 max-lg:pl-2">
        <Link
          to="/compose"
          search={{ post: id }}
          preload={false}
          draggable={false}
          className="line-clamp-2 text-sm leading-snug font-semibold break-words hover:underline"
        >
          {name}
        </Link>
        <span className="mt-1 flex items-center gap-1.5 text-ink-2">
          {[...new Set(item.entry.channels.map((c) => c.kind))].map((kind) => (
            <NetworkGlyph key={kind} kind={kind} size={11} />
          ))}
        </span>
      </div>
      <IconButton label={t('planItem', { name })} icon={CalendarPlus} onPress={() => onPlan(id)} />
    </li>
  );
}

/** What has no hour yet, the next free hours, and the events of the days in sight. */
export function SidePanel({
  backlog,
  slots,
  events,
  onPlan,
}: {
  backlog: Item[];
  slots: FreeSlot[];
  events: CalendarEvent[];
  onPlan: (id: string) => void;
}) {
  const t = useTranslations('calendar');
  const days = useDays();
  return (
    <div className="space-y-6 p-4">
      <Section title={t('backlog')} count={backlog.length}>
        {backlog.length === 0 ? (
          <p className="text-sm text-ink-2">{t('backlogEmpty')}</p>
        ) : (
          <>
            <ul className="space-y-2">
              {backlog.map((item) => (
                <Draft key={item.entry.post_id} item={item} onPlan={onPlan} />
              ))}
            </ul>
            <p className="mt-2 text-xs text-ink-2 max-lg:hidden">{t('backlogHelp')}</p>
          </>
        )}
      </Section>
      {slots.length > 0 && (
        <Section title={t('freeSlots')}>
          <ul className="space-y-1.5">
            {slots.slice(0, SLOTS).map((slot) => (
              <li key={slot.wall} className="grid grid-cols-[1fr_8rem] items-center gap-2 text-sm">
                <span className="truncate">{capital(days(slot.wall.slice(0, 10) as Day, 'short'))}</span>
                <SlotLink slot={slot} big />
              </li>
            ))}
          </ul>
        </Section>
      )}
      {events.length > 0 && (
        <Section title={t('events')}>
          <ul className="divide-y divide-line rounded-md border border-line bg-surface">
            {events.map((event) => (
              <li key={event.id}>
                <Link
                  to="/events/$id"
                  params={{ id: event.id }}
                  preload={false}
                  data-series={event.id}
                  className="flex min-h-10 items-center gap-2 rounded-md px-3 py-1.5 text-sm hover:bg-surface-2"
                >
                  <span className="min-w-0 flex-1 truncate font-semibold">{event.title}</span>
                  <span className="shrink-0 text-xs text-ink-2">{days(event.from, 'short')}</span>
                </Link>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </div>
  );
}
