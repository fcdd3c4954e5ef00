import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CalendarHeart, Newspaper } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { mediaUsesQuery } from '../../api/media';
import { toProblem } from '../../api/problem';
import type { PostStatus } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { PostTag } from '../../ui/Tags';

/** The posts and events that show a picture. */
export function Uses({ id }: { id: string }) {
  const t = useTranslations('library');
  const format = useDates();
  const { data, error } = useQuery(mediaUsesQuery(id));
  if (error) return <ProblemNotice problem={toProblem(error)} />;
  if (!data) return null;
  if (data.uses.length === 0) return <p className="text-sm text-ink-2">{t('neverUsed')}</p>;
  return (
    <ul className="divide-y divide-line rounded-md border border-line">
      {data.uses.map((use) => {
        const inside = (
          <>
            {use.event_id ? <CalendarHeart size={15} aria-hidden /> : <Newspaper size={15} aria-hidden />}
            <span className="min-w-0 flex-1 truncate font-semibold">{use.title || t('untitled')}</span>
            {use.at && <span className="shrink-0 text-xs text-ink-2">{format(use.at)}</span>}
          </>
        );
        const look = 'flex min-h-11 items-center gap-2 rounded-md px-3 py-1.5 text-sm hover:bg-surface-2';
        return (
          <li key={use.post_id ?? use.event_id} className="flex items-center">
            {use.post_id ? (
              <>
                <Link to="/posts/$id" params={{ id: use.post_id }} className={`${look} min-w-0 flex-1`}>
                  {inside}
                </Link>
                <span className="pr-3">
                  <PostTag status={use.status as PostStatus} />
                </span>
              </>
            ) : (
              use.event_id && (
                <Link to="/events/$id" params={{ id: use.event_id }} className={`${look} min-w-0 flex-1`}>
                  {inside}
                </Link>
              )
            )}
          </li>
        );
      })}
    </ul>
  );
}
