import { Link } from '@tanstack/react-router';
import { ExternalLink, Info, Pencil, ScrollText } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { AnnouncementKind } from '../../api/events';
import type { Post } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { Button, IconButton } from '../../ui/Button';
import { NetworkBadge } from '../../ui/Network';
import { DeliveryTag, PostTag } from '../../ui/Tags';
import { StepBadge, useOffsetLabel } from './StepBadge';
import { Switch } from './Switch';
import type { Shown } from './TextsDialog';
import { useChannelName } from './useChannelName';

/** One announcement of an event: where it stands on every channel, its words, and what can still be done. */
export function Announcement({
  post,
  offset,
  off,
  changed,
  note,
  onToggle,
  onEdit,
  onRead,
}: {
  post: Post;
  /** Null: a notice. */
  offset: number | null;
  off: boolean;
  /** Its words or its hour were changed here and are not saved yet. */
  changed: boolean;
  note: string | undefined;
  /** Left out: it can no longer be switched. */
  onToggle?: (on: boolean) => void;
  onEdit?: () => void;
  onRead: (shown: Shown) => void;
}) {
  const t = useTranslations('events');
  const kind = useTranslations('announcementKind');
  const format = useDates();
  const nameOf = useChannelName();
  const label = useOffsetLabel()(offset);
  const [sent] = post.deliveries.flatMap((d) => (d.sent_at ? [d.sent_at] : [])).toSorted();
  const due = sent ?? post.publish.due_at ?? post.deliveries[0]?.due_at;
  const at = due ? format(due, 'short') : t('atOnce');
  return (
    <li className="grid grid-cols-[64px_1fr] gap-3">
      <StepBadge offset={offset} off={off || post.status === 'cancelled'} />
      <article
        aria-label={`${label}, ${at}`}
        className="min-w-0 rounded-lg border border-line bg-surface px-4 py-3 shadow-1"
      >
        <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <h3 className="text-sm font-bold first-letter:uppercase">{at}</h3>
          <span className="text-sm text-ink-2">
            {kind((post.series?.kind as AnnouncementKind | null) ?? 'announce')}
          </span>
          <PostTag status={post.status} />
          {changed && <span className="text-xs font-semibold text-brass-ink">{t('notSavedYet')}</span>}
          {off && <span className="text-xs font-semibold text-ink-2">{t('switchedOff')}</span>}
          <span className="ml-auto flex items-center gap-2">
            {onEdit && <IconButton label={t('editStep', { step: label })} icon={Pencil} onPress={onEdit} />}
            {onToggle && <Switch label={t('publishStep', { step: label })} isSelected={!off} onChange={onToggle} />}
          </span>
        </div>
        <p lang="fr" className="mt-1.5 line-clamp-4 text-sm whitespace-pre-line text-ink-2">
          {post.text}
        </p>
        {note && (
          <p className="mt-1 flex items-start gap-1.5 text-xs text-ink-2">
            <Info size={14} aria-hidden className="mt-0.5 shrink-0" />
            <span lang="fr">{note}</span>
          </p>
        )}
        <ul aria-label={t('perChannel')} className="mt-2.5 space-y-1.5">
          {post.deliveries.map((d) => (
            <li key={d.id} className="flex flex-wrap items-center gap-2 text-sm">
              <NetworkBadge kind={d.kind} size={22} />
              <span className="min-w-0 truncate font-medium">{nameOf(d.channel_id, d.channel_name)}</span>
              <DeliveryTag delivery={d} />
              {d.remote_url && (
                <a
                  href={d.remote_url}
                  target="_blank"
                  rel="noreferrer"
                  className="inline-flex min-h-6 items-center gap-1 rounded text-sm font-semibold text-accent-ink underline underline-offset-2"
                >
                  {t('seeOn', { name: nameOf(d.channel_id, d.channel_name) })}
                  <ExternalLink size={13} aria-label={t('newTab')} />
                </a>
              )}
            </li>
          ))}
        </ul>
        <div className="mt-1.5 -ml-2.5 flex flex-wrap gap-1">
          <Button
            size="sm"
            variant="ghost"
            aria-label={t('textsOf', { at })}
            onPress={() =>
              onRead({
                title: at,
                request: {
                  title: post.title,
                  text: post.text,
                  link: post.link,
                  category: post.category,
                  images: post.images.map(({ media_id, alt, decorative, focal }) => ({
                    media_id,
                    alt,
                    decorative,
                    ...(focal ? { focal } : {}),
                  })),
                  channels: post.channels,
                  overrides: post.overrides,
                },
              })
            }
          >
            <ScrollText size={15} aria-hidden />
            {t('texts')}
          </Button>
          <Link
            to="/posts/$id"
            params={{ id: post.id }}
            className="inline-flex h-8 items-center rounded-md px-2.5 text-sm font-semibold text-accent-ink hover:bg-sunken max-lg:h-10"
          >
            {t('openPost')}
          </Link>
        </div>
      </article>
    </li>
  );
}
