import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { ChevronRight, Plus } from 'lucide-react';
import { Fragment } from 'react';
import { useTranslations } from 'use-intl';
import type { Post, PostStatus } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { Panel } from '../../ui/Panel';
import { nameOfPost } from '../posts/deliveries';
import { ChannelStates } from './ChannelStates';
import type { Day } from './days';

const BARS: Record<PostStatus, string> = {
  draft: 'bg-draft',
  awaiting_approval: 'bg-pending',
  scheduled: 'bg-scheduled',
  publishing: 'bg-live',
  published: 'bg-published',
  partly_published: 'bg-failed',
  failed: 'bg-failed',
  cancelled: 'bg-draft',
};

/** The posts of a day by hour, and where the day is now. */
export function Timeline({ day, posts, now }: { day: Day; posts: Post[]; now: number }) {
  const t = useTranslations('today');
  const after = posts.findIndex((p) => Date.parse(p.publish.due_at ?? '') > now);
  const line = after < 0 ? posts.length : after;
  return (
    <Panel
      title={t('timeline')}
      action={
        <Link
          to="/calendar"
          search={{ date: day }}
          className="-my-1 inline-flex h-8 items-center rounded text-sm font-semibold text-accent-ink hover:underline max-lg:h-10"
        >
          {t('calendar')}
          <ChevronRight size={16} aria-hidden />
        </Link>
      }
    >
      <ol className="space-y-2 px-4 pt-1 pb-2">
        {posts.map((post, i) => (
          <Fragment key={post.id}>
            {i === line && <Now at={now} />}
            <Entry post={post} />
          </Fragment>
        ))}
        {line === posts.length && <Now at={now} />}
      </ol>
      <div className="px-4 pb-4">
        {posts.length === 0 && <p className="mb-3 text-sm text-ink-2">{t('nothingToday')}</p>}
        <Link
          to="/compose"
          className="flex min-h-10 items-center gap-2 rounded-md border border-dashed border-line-strong px-4 py-2 text-sm text-ink-2 hover:border-accent hover:bg-accent-soft max-lg:min-h-11"
        >
          <Plus size={16} aria-hidden className="shrink-0" />
          {t('add')}
        </Link>
      </div>
    </Panel>
  );
}

function Now({ at }: { at: number }) {
  const t = useTranslations('today');
  const format = useDates();
  return (
    <li className="flex items-center gap-3 py-1 text-xs font-bold text-failed">
      <time dateTime={new Date(at).toISOString()} className="w-11 shrink-0">
        {format(at, 'time')}
      </time>
      <span aria-hidden className="size-2 shrink-0 rounded-full bg-current" />
      <span aria-hidden className="h-px flex-1 bg-current" />
      <span>{t('now')}</span>
    </li>
  );
}

function Entry({ post }: { post: Post }) {
  const t = useTranslations('posts');
  const format = useDates();
  const at = post.publish.due_at ?? '';
  return (
    <li className="flex items-stretch gap-3">
      <time dateTime={at} className="w-11 shrink-0 pt-2.5 text-sm font-bold">
        {format(at, 'time')}
      </time>
      <div className="relative min-w-0 flex-1 overflow-hidden rounded-md border border-line bg-surface py-2.5 pr-3 pl-4 hover:bg-surface-2">
        <span aria-hidden className={clsx('absolute inset-y-0 left-0 w-1', BARS[post.status])} />
        <h3 className="text-base leading-snug font-semibold">
          <Link
            to="/posts/$id"
            params={{ id: post.id }}
            className="line-clamp-2 rounded break-words after:absolute after:inset-0"
          >
            {nameOfPost(post) || t('untitled')}
          </Link>
        </h3>
        <ChannelStates deliveries={post.deliveries} />
      </div>
    </li>
  );
}
