import clsx from 'clsx';
import {
  CircleCheck,
  CircleDashed,
  CircleSlash,
  Clock3,
  Copy,
  Hourglass,
  Loader,
  type LucideIcon,
  OctagonAlert,
} from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { ImportState } from '../../api/imports';

const LOOKS: Record<ImportState, { icon: LucideIcon; tone: string }> = {
  pending: { icon: Loader, tone: 'bg-live-soft text-live' },
  proposed: { icon: Hourglass, tone: 'bg-pending-soft text-pending' },
  drafted: { icon: CircleDashed, tone: 'bg-draft-soft text-draft' },
  scheduled: { icon: Clock3, tone: 'bg-scheduled-soft text-scheduled' },
  ours: { icon: CircleCheck, tone: 'bg-published-soft text-published' },
  skipped: { icon: Copy, tone: 'bg-draft-soft text-draft' },
  declined: { icon: CircleSlash, tone: 'bg-draft-soft text-draft' },
  failed: { icon: OctagonAlert, tone: 'bg-failed-soft text-failed' },
};

export function ImportStateTag({ state }: { state: ImportState }) {
  const t = useTranslations('importState');
  const { icon: Icon, tone } = LOOKS[state];
  return (
    <span
      className={clsx(
        'inline-flex items-center gap-1 rounded-sm px-1.5 py-0.5 text-xs font-semibold whitespace-nowrap',
        tone,
      )}
    >
      <Icon size={13} aria-hidden className="shrink-0" />
      {t(state)}
    </span>
  );
}
