import { Link } from '@tanstack/react-router';
import { ArrowUpRight, GraduationCap } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { components } from '../../api/schema.gen';
import type { Preview } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { NetworkPreview } from '../../previews/NetworkPreview';
import type { PracticePost } from './threads';

type Picture = components['schemas']['PracticePicture'];

/** The simulated network has each picture already cut: the whole of it is shown. */
const whole = (picture: Picture) => ({
  ...picture,
  media_id: picture.url,
  crop: { x: 0, y: 0, width: picture.width, height: picture.height },
});

const asShown = (post: PracticePost, kind: string): Preview => ({
  channel_id: null,
  kind,
  title: post.title || null,
  text: post.text,
  html: null,
  link: null,
  shortened: false,
  length: 0,
  limit: 0,
  cost: null,
  images: post.images.map(whole),
  issues: [],
});

/** A post on a simulated network, as a citizen would see it, and the way back to where it was written. */
export function SimulatedPost({
  post,
  kind,
  network,
  account,
}: {
  post: PracticePost;
  kind: string;
  network: string;
  account: string;
}) {
  const t = useTranslations('sandbox');
  const format = useDates();
  const excerpt = (post.title || post.text).slice(0, 60);
  return (
    <>
      {post.exercise && (
        <p className="mb-1.5 inline-flex items-center gap-1.5 rounded-sm bg-scheduled-soft px-1.5 py-0.5 text-xs font-semibold text-scheduled">
          <GraduationCap size={14} aria-hidden />
          {t('exercise')}
        </p>
      )}
      <NetworkPreview preview={asShown(post, kind)} network={network} account={account} when={format(post.at)} />
      {post.post_id && (
        <p className="mt-1.5 text-right">
          <Link
            to="/posts/$id"
            params={{ id: post.post_id }}
            className="inline-flex min-h-6 items-center gap-1 rounded text-sm font-medium text-accent-ink underline underline-offset-2"
          >
            {t('open')}
            <span className="sr-only">
              {' : '}
              {excerpt}
            </span>
            <ArrowUpRight size={14} aria-hidden />
          </Link>
        </p>
      )}
    </>
  );
}
