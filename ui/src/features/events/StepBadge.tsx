import clsx from 'clsx';
import { useTranslations } from 'use-intl';

/** How far from the event: J-14, Jour J, J+1. */
export function StepBadge({ offset, off }: { offset: number | null; off: boolean }) {
  const label = useOffsetLabel();
  return (
    <span
      className={clsx(
        'relative z-10 mt-3 grid h-7 place-items-center self-start rounded-full border-2 px-1 text-center text-xs font-bold whitespace-nowrap',
        off ? 'border-line-strong bg-surface text-ink-2' : 'border-brass bg-brass-soft text-brass-ink',
      )}
    >
      {label(offset)}
    </span>
  );
}

/** Null: a notice, which leaves at once. */
export function useOffsetLabel() {
  const t = useTranslations('events');
  return (offset: number | null) => {
    if (offset === null) return t('noticeBadge');
    if (offset === 0) return t('dayZero');
    return offset < 0 ? t('daysBefore', { n: -offset }) : t('daysAfter', { n: offset });
  };
}
