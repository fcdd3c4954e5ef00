import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import {
  CircleCheck,
  CircleDashed,
  CircleSlash,
  Clock3,
  Hourglass,
  Loader,
  type LucideIcon,
  OctagonAlert,
} from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Post, PostStatus } from '../../api/types';
import { useLanguage } from '../../i18n';
import { Panel } from '../../ui/Panel';
import { type Day, dayInWords, weekOf } from './days';

const MARKS: Record<PostStatus, { icon: LucideIcon; className: string }> = {
  draft: { icon: CircleDashed, className: 'text-draft' },
  awaiting_approval: { icon: Hourglass, className: 'text-pending' },
  scheduled: { icon: Clock3, className: 'text-scheduled' },
  publishing: { icon: Loader, className: 'text-live' },
  published: { icon: CircleCheck, className: 'text-published' },
  partly_published: { icon: OctagonAlert, className: 'text-failed' },
  failed: { icon: OctagonAlert, className: 'text-failed' },
  cancelled: { icon: CircleSlash, className: 'text-draft' },
};
/** More marks than this do not fit; the number says the rest. */
const FITS = 3;

/** The week of a day: how much each day holds, and how it stands. */
export function WeekStrip({ day, days }: { day: Day; days: Map<Day, Post[]> }) {
  const t = useTranslations('today');
  const { locale } = useLanguage();
  return (
    <Panel title={t('week')}>
      <ol className="grid grid-cols-7 divide-x divide-line border-t border-line">
        {weekOf(day).map((d) => {
          const posts = days.get(d) ?? [];
          return (
            <li key={d} className={clsx('min-w-0', d === day && 'bg-accent-soft')}>
              <Link
                to="/calendar"
                search={{ view: 'week', date: d }}
                aria-current={d === day ? 'date' : undefined}
                className={clsx(
                  'block rounded px-0.5 py-2 text-center hover:bg-sunken sm:px-1.5',
                  d < day && 'text-ink-3',
                  d === day && 'text-accent-ink hover:bg-accent-soft',
                )}
              >
                <span className="sr-only">{t('dayWith', { day: dayInWords(d, 'long', locale), n: posts.length })}</span>
                <span aria-hidden className="block text-xs font-semibold">
                  {dayInWords(d, 'weekday', locale)}
                </span>
                <span aria-hidden className="block text-lg leading-tight font-bold">
                  {dayInWords(d, 'number', locale)}
                </span>
                <span aria-hidden className="mt-1 flex min-h-4 flex-wrap items-center justify-center gap-0.5">
                  {posts.slice(0, posts.length > FITS + 1 ? FITS : FITS + 1).map((p) => {
                    const { icon: Icon, className } = MARKS[p.status];
                    return <Icon key={p.id} size={14} strokeWidth={2.4} className={className} />;
                  })}
                  {posts.length > FITS + 1 && <span className="text-xs font-bold">+{posts.length - FITS}</span>}
                </span>
              </Link>
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
