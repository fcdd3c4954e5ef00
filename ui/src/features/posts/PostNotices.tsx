import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { noticesQuery } from '../../api/notices';
import type { Notice as What } from '../../api/types';
import { Notice } from '../../ui/ProblemNotice';

/** A failed, missed or held delivery says so itself, with what to do. */
const ON_ITS_ROW: What['kind'][] = ['failed', 'unknown', 'missed', 'review', 'recovery'];

/** What is open about this post and stands nowhere else on its page, of the newest notices. */
export function openNotices(notices: What[], post: string): What[] {
  return notices.filter((n) => n.post_id === post && n.settled_at === null && !ON_ITS_ROW.includes(n.kind));
}

export function PostNotices({ post }: { post: string }) {
  const t = useTranslations('notices');
  const { data } = useInfiniteQuery(noticesQuery);
  const open = openNotices(data?.pages.flatMap((page) => page.notices) ?? [], post);
  if (open.length === 0) return null;
  return (
    <ul aria-label={t('onPost')} className="space-y-2 px-4 pb-3">
      {open.map((n) => (
        <li key={n.id} lang="fr">
          <Notice tone={n.severity === 'error' ? 'failed' : 'pending'}>
            <p className="font-semibold break-words">{n.title}</p>
            <p className="break-words">{n.message}</p>
            {n.next_step && <p className="break-words text-ink-2">{n.next_step}</p>}
          </Notice>
        </li>
      ))}
    </ul>
  );
}
