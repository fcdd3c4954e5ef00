import { Link } from '@tanstack/react-router';
import { FlaskConical, Image } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Post } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { NetworkGlyph } from '../../ui/Network';
import { DeliveryTag, PostTag } from '../../ui/Tags';
import { nameOfPost } from './deliveries';

/** One post: each channel with its own status, never summed up into one. */
export function PostRow({ post, practice }: { post: Post; practice: Set<string> }) {
  const t = useTranslations('posts');
  const format = useDates();
  const [cover] = post.images;
  const isPractice = post.channels.length > 0 && post.channels.every((id) => practice.has(id));
  return (
    <li className="relative flex gap-3.5 px-4 py-3.5 hover:bg-surface-2">
      <span className="grid size-14 shrink-0 place-items-center overflow-hidden rounded-md bg-sunken text-ink-3 max-sm:hidden">
        {cover ? (
          <img src={cover.url} alt="" loading="lazy" className="size-full object-cover" />
        ) : (
          <Image size={18} aria-hidden className="opacity-50" />
        )}
      </span>
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-baseline justify-between gap-x-3">
          <h2 className="min-w-0 text-base font-semibold">
            <Link
              to="/posts/$id"
              params={{ id: post.id }}
              className="line-clamp-2 rounded break-words after:absolute after:inset-0"
            >
              {nameOfPost(post) || t('untitled')}
            </Link>
          </h2>
          <p className="flex items-center gap-2 text-sm whitespace-nowrap text-ink-2">
            {isPractice && <FlaskConical size={14} aria-label={t('practice')} className="text-paused" />}
            {post.publish.due_at ? (
              <time dateTime={post.publish.due_at}>{format(post.publish.due_at)}</time>
            ) : (
              t('changedAt', { at: format(post.updated_at) })
            )}
          </p>
        </div>
        {post.deliveries.length === 0 ? (
          <p className="mt-1.5">
            <PostTag status={post.status} />
          </p>
        ) : (
          <ul aria-label={t('channels')} className="mt-1.5 flex flex-wrap gap-x-3.5 gap-y-1.5">
            {post.deliveries.map((d) => (
              <li key={d.id} className="flex items-center gap-1.5 text-sm text-ink-2">
                <NetworkGlyph kind={d.kind} size={14} />
                <span className="max-w-40 truncate">{d.channel_name}</span>
                <DeliveryTag delivery={d} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}
