import { Link } from '@tanstack/react-router';
import { CalendarClock } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { HeldPost } from '../../api/types';
import type { Choice } from '../../decisions/useChoices';
import { useDates } from '../../i18n/useDates';
import { Button } from '../../ui/Button';
import { NetworkGlyph } from '../../ui/Network';
import { Segmented } from '../../ui/Segmented';

/** One post that the alert held: when it was due, where, and what becomes of it. */
export function HeldRow({
  post,
  active,
  choice,
  onChoose,
  onMove,
}: {
  post: HeldPost;
  /** An alert runs: nothing can leave yet. */
  active: boolean;
  choice: Choice;
  onChoose: (choice: Choice) => void;
  onMove: () => void;
}) {
  const t = useTranslations('heldPosts');
  const format = useDates();
  const title = post.title || t('untitled');
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 px-4 py-3.5 lg:px-5">
      <div className="min-w-0 flex-1 basis-72 space-y-1">
        <h2 className="text-base leading-snug font-semibold">
          <Link to="/posts/$id" params={{ id: post.post_id }} className="rounded break-words hover:underline">
            {title}
          </Link>
        </h2>
        <p className="text-sm text-ink-2">
          {t(post.overdue ? 'wasDue' : 'due', { at: format(post.due_at) })}
          {post.overdue && (
            <b className="ml-2 rounded-sm bg-pending-soft px-1.5 py-0.5 text-xs font-semibold text-pending">
              {t('overdue')}
            </b>
          )}
        </p>
        <ul className="flex flex-wrap gap-x-3.5 gap-y-1 text-sm text-ink-2">
          {post.deliveries.map((d) => (
            <li key={d.id} className="flex items-center gap-1.5">
              <NetworkGlyph kind={d.kind} size={14} />
              {d.channel_name}
            </li>
          ))}
        </ul>
      </div>
      <div className="flex flex-wrap items-center gap-2">
        <Segmented<Choice>
          label={t('decision', { title })}
          value={choice}
          onChange={onChoose}
          items={[
            { id: 'later', label: t('later') },
            ...(active ? [] : [{ id: 'release' as const, label: t('release') }]),
            { id: 'cancel', label: t('cancel') },
          ]}
        />
        <Button size="sm" onPress={onMove}>
          <CalendarClock size={16} aria-hidden />
          {t('move')}
          <span className="sr-only"> {title}</span>
        </Button>
      </div>
    </li>
  );
}
