import clsx from 'clsx';
import { CalendarCheck, CalendarClock, CircleSlash, Hourglass, type LucideIcon } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { EventStatus } from '../../api/events';

const LOOKS: Record<EventStatus, { tone: string; icon: LucideIcon }> = {
  scheduled: { tone: 'bg-scheduled-soft text-scheduled', icon: CalendarCheck },
  rescheduled: { tone: 'bg-pending-soft text-pending', icon: CalendarClock },
  postponed: { tone: 'bg-pending-soft text-pending', icon: Hourglass },
  cancelled: { tone: 'bg-failed-soft text-failed', icon: CircleSlash },
};

/** How an event stands: colour, icon and word. */
export function EventTag({ status }: { status: EventStatus }) {
  const t = useTranslations('eventState');
  const { tone, icon: Icon } = LOOKS[status];
  return (
    <span
      className={clsx(
        'inline-flex items-center gap-1 rounded-sm px-1.5 py-0.5 text-xs font-semibold whitespace-nowrap',
        tone,
      )}
    >
      <Icon size={13} aria-hidden className="shrink-0" />
      {t(status)}
    </span>
  );
}
