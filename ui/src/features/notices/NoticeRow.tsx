import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { Check, CircleCheck, OctagonAlert, TriangleAlert } from 'lucide-react';
import { useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { Notice } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { Button, buttonLook } from '../../ui/Button';

function Weight({ notice }: { notice: Notice }) {
  const t = useTranslations('notices');
  const look = notice.settled_at
    ? { icon: CircleCheck, className: 'bg-draft-soft text-draft', word: t('settled') }
    : notice.severity === 'error'
      ? { icon: OctagonAlert, className: 'bg-failed-soft text-failed', word: t('error') }
      : { icon: TriangleAlert, className: 'bg-pending-soft text-pending', word: t('warning') };
  return (
    <span
      className={clsx(
        'inline-flex items-center gap-1 rounded-sm px-1.5 py-0.5 text-xs font-semibold whitespace-nowrap',
        look.className,
      )}
    >
      <look.icon size={13} aria-hidden className="shrink-0" />
      {look.word}
    </span>
  );
}

/** One notice: what happened, what to do, and where. */
export function NoticeRow({ notice, onRead }: { notice: Notice; onRead: () => void }) {
  const t = useTranslations('notices');
  const format = useDates();
  const heading = useRef<HTMLHeadingElement>(null);
  const settled = notice.settled_at !== null;
  const unread = notice.read_at === null && !settled;
  const { title } = notice;
  const way = () => {
    const look = buttonLook('secondary', 'sm');
    if (notice.kind === 'crisis')
      return (
        <Link to="/crisis/history" aria-label={t('toAlertOf', { title })} className={look}>
          {t('toAlert')}
        </Link>
      );
    if (notice.kind === 'exercise')
      return (
        <Link to="/crisis" search={{ exercise: true }} className={look}>
          {t('toExercise')}
        </Link>
      );
    // What a restore left out of the ledger names no channel, and leaves nothing to decide.
    if (notice.kind === 'review' || (notice.kind === 'recovery' && notice.channel_id))
      return (
        <Link to="/review" aria-label={t('toReviewOf', { title })} className={look}>
          {t('toReview')}
        </Link>
      );
    if (notice.post_id && notice.kind !== 'reauth')
      return (
        <Link to="/posts/$id" params={{ id: notice.post_id }} aria-label={t('toPostOf', { title })} className={look}>
          {t('toPost')}
        </Link>
      );
    if (notice.channel_id)
      return (
        <Link to="/channels" aria-label={t('toChannelsOf', { title })} className={look}>
          {t('toChannels')}
        </Link>
      );
    return null;
  };

  return (
    <li className={clsx('relative px-4 py-3.5 lg:px-5', settled && 'bg-surface-2 text-ink-2')}>
      {unread && <span aria-hidden className="absolute inset-y-0 left-0 w-1 bg-accent" />}
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-xs text-ink-3">
        <Weight notice={notice} />
        {unread && <span className="font-semibold text-accent-ink">{t('unread')}</span>}
        <time dateTime={notice.created_at}>{format(notice.created_at)}</time>
        {notice.settled_at && <span>{t('settledAt', { at: format(notice.settled_at) })}</span>}
      </div>
      <h2
        ref={heading}
        tabIndex={-1}
        lang="fr"
        className={clsx('mt-1 text-base break-words outline-none', settled ? 'font-medium' : 'font-semibold')}
      >
        {title}
      </h2>
      <p lang="fr" className="mt-0.5 text-sm break-words">
        {notice.message}
      </p>
      {!settled && notice.next_step && (
        <p lang="fr" className="mt-0.5 text-sm break-words text-ink-2">
          {notice.next_step}
        </p>
      )}
      <div className="mt-2.5 flex flex-wrap items-center gap-2 empty:hidden">
        {way()}
        {unread && (
          <Button
            size="sm"
            variant="ghost"
            aria-label={t('readOne', { title })}
            onPress={() => {
              // The button goes; the focus stays with what it was about.
              heading.current?.focus();
              onRead();
            }}
          >
            <Check size={15} aria-hidden />
            {t('read')}
          </Button>
        )}
      </div>
    </li>
  );
}
