import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { Post } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { Panel } from '../../ui/Panel';
import { nameOfPost } from '../posts/deliveries';
import { ChannelStates } from './ChannelStates';

/** What leaves after today. */
export function NextPanel({ posts }: { posts: Post[] }) {
  const t = useTranslations('today');
  const words = useTranslations('posts');
  const format = useDates();
  return (
    <Panel title={t('next')}>
      {posts.length === 0 ? (
        <p className="px-4 pb-4 text-sm text-ink-2">{t('nothingNext')}</p>
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {posts.map((post) => (
            <li key={post.id} className="relative px-4 py-2.5 hover:bg-surface-2">
              <time dateTime={post.publish.due_at ?? ''} className="text-xs font-semibold text-ink-3">
                {format(post.publish.due_at ?? '')}
              </time>
              <h3 className="text-sm leading-snug font-semibold">
                <Link
                  to="/posts/$id"
                  params={{ id: post.id }}
                  className="line-clamp-2 rounded break-words after:absolute after:inset-0"
                >
                  {nameOfPost(post) || words('untitled')}
                </Link>
              </h3>
              <ChannelStates deliveries={post.deliveries} />
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}
