import clsx from 'clsx';
import { CirclePause, CircleSlash, type LucideIcon, Repeat } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Recurrence } from '../../api/events';

const LOOKS: Record<Recurrence['status'], { tone: string; icon: LucideIcon }> = {
  active: { tone: 'bg-scheduled-soft text-scheduled', icon: Repeat },
  paused: { tone: 'bg-paused-soft text-paused', icon: CirclePause },
  ended: { tone: 'bg-draft-soft text-draft', icon: CircleSlash },
};

export function RecurrenceTag({ status }: { status: Recurrence['status'] }) {
  const t = useTranslations('recurrenceState');
  const { tone, icon: Icon } = LOOKS[status];
  return (
    <span
      className={clsx(
        'inline-flex items-center gap-1 rounded-sm px-1.5 py-0.5 text-xs font-semibold whitespace-nowrap',
        tone,
      )}
    >
      <Icon size={13} aria-hidden />
      {t(status)}
    </span>
  );
}
