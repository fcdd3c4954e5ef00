import clsx from 'clsx';
import { Clock3 } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Broadcast } from '../../api/types';
import { spanOf } from '../../data/span';
import { useLanguage } from '../../i18n';
import { useDates } from '../../i18n/useDates';
import { useNow } from './useNow';

/** How long people have heard nothing, and what was promised to them. */
export function Since({ alert }: { alert: Broadcast }) {
  const t = useTranslations('board');
  const format = useDates();
  const { locale } = useLanguage();
  const now = useNow();
  const last = alert.messages.at(-1);
  if (!last) return null;
  if (alert.status !== 'active')
    return (
      <p className="text-sm text-ink-2">{alert.ended_at && t('endedAt', { at: format(alert.ended_at, 'long') })}</p>
    );
  const silent = Math.max(0, Math.floor((now - Date.parse(last.created_at)) / 1_000));
  const due = alert.next_update_at ? Date.parse(alert.next_update_at) : null;
  const late = due !== null && due <= now;
  const span = (seconds: number) => spanOf(seconds < 60 ? seconds : seconds - (seconds % 60), locale);
  return (
    <div className="space-y-1">
      <p>{t('since', { n: last.number, span: span(silent) })}</p>
      {due !== null && (
        <p className={clsx('flex items-center gap-2', late ? 'font-bold text-pending' : 'text-ink-2')}>
          <Clock3 size={17} aria-hidden className="shrink-0" />
          {late
            ? t('updateLate', { at: format(due, 'time') })
            : t('updateDue', { at: format(due, 'time'), span: span(Math.ceil((due - now) / 1_000)) })}
        </p>
      )}
    </div>
  );
}
