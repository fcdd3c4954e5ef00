import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import {
  CalendarClock,
  CalendarHeart,
  Copy,
  ExternalLink,
  Lock,
  MoveRight,
  Pencil,
  Repeat,
  Siren,
  Trash2,
} from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { IdempotencyKey } from '../../api/idempotency';
import { postQuery } from '../../api/posts';
import { toProblem } from '../../api/problem';
import { useDates } from '../../i18n/useDates';
import { Button, buttonLook } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { NetworkBadge } from '../../ui/Network';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { DeliveryTag, PostTag } from '../../ui/Tags';
import { say } from '../../ui/toast';
import { canCancel, canChange } from '../posts/deliveries';
import { StepTag } from './Look';
import type { Item } from './plan';
import { useNetworkNames } from './words';

/** What a post is, where it goes, and what can be done with it now. */
export function PostCard({
  item,
  heading,
  changed,
  onMove,
  onDone,
  openDraft,
}: {
  item: Item;
  /** Nothing where what is around it says the title. */
  heading: (name: string) => React.ReactNode;
  changed: () => void;
  onMove: () => void;
  onDone: () => void;
  openDraft: (id: string) => void;
}) {
  const t = useTranslations('calendar');
  const format = useDates();
  const names = useNetworkNames();
  const { entry } = item;
  const { data: post } = useQuery(postQuery(entry.post_id));
  const [asking, ask] = useState(false);
  const [copyKey] = useState(() => IdempotencyKey.fresh());
  const path = { id: entry.post_id };
  const duplicate = $api.useMutation('post', '/posts/{id}/duplicate', {
    onSuccess: (copy) => {
      changed();
      onDone();
      say(t('duplicated'), { action: { label: t('openCopy'), run: () => openDraft(copy.id) } });
    },
    onError: (error) => copyKey.refused(toProblem(error)),
  });
  const cancel = $api.useMutation('post', '/posts/{id}/cancel', {
    onSuccess: (cancelled) => {
      queryClient.setQueryData(postQuery(entry.post_id).queryKey, cancelled, { updatedAt: 0 });
      changed();
      onDone();
      say(t('cancelled'));
    },
  });
  const text = (post?.text ?? entry.text).trim();
  const { series } = entry;

  return (
    <div className="p-4">
      <div className="flex items-center justify-between gap-2">
        <PostTag status={post?.status ?? entry.status} />
        <span className="text-xs font-semibold text-ink-2">{entry.at ? format(entry.at) : t('noHour')}</span>
      </div>
      {heading(item.name || t('untitled'))}
      {text !== item.name && (
        <p className="mt-1 line-clamp-5 text-sm break-words whitespace-pre-wrap text-ink-2">{text}</p>
      )}
      {entry.image_id && (
        <img
          src={`/api/v1/media/${entry.image_id}/file`}
          alt={post?.images[0]?.alt ?? ''}
          className="mt-3 aspect-[2/1] w-full rounded-md bg-sunken object-cover"
        />
      )}
      <ul className="mt-3 space-y-1">
        {entry.channels.map((channel) => {
          const delivery = post?.deliveries.find((d) => d.channel_id === channel.channel_id);
          return (
            <li key={channel.channel_id} className="flex items-center gap-2 text-sm">
              <NetworkBadge kind={channel.kind} size={19} />
              <span className="min-w-0 flex-1 truncate">
                {delivery?.channel_name ?? names.get(channel.kind) ?? channel.kind}
              </span>
              <DeliveryTag delivery={delivery ?? { status: channel.status, needs_person: false }} />
            </li>
          );
        })}
      </ul>
      {series && (
        <p className="mt-3 flex items-center gap-2 text-sm">
          {series.event_id ? <CalendarHeart size={15} aria-hidden /> : <Repeat size={15} aria-hidden />}
          {series.event_id ? (
            <Link
              to="/events/$id"
              params={{ id: series.event_id }}
              className="min-w-0 truncate font-semibold text-accent-ink hover:underline"
            >
              {t('seriesOf', { title: series.title })}
            </Link>
          ) : (
            <Link to="/recurrences" className="min-w-0 truncate font-semibold text-accent-ink hover:underline">
              {t('seriesOf', { title: series.title })}
            </Link>
          )}
          <StepTag series={series} />
        </p>
      )}
      {entry.locked && (
        <p className="mt-3 flex items-start gap-2 rounded-md bg-sunken px-3 py-2 text-sm">
          <Lock size={15} aria-hidden className="mt-0.5 shrink-0" />
          {t('lockedWhy', { why: entry.locked })}
        </p>
      )}
      {entry.broadcast_id && (
        <Link
          to="/crisis/$id"
          params={{ id: entry.broadcast_id }}
          className={buttonLook('secondary', 'md', 'mt-3 w-full')}
          data-button
        >
          <Siren size={16} aria-hidden />
          {t('alertBoard')}
        </Link>
      )}
      {duplicate.error && (
        <div className="mt-3">
          <ProblemNotice problem={toProblem(duplicate.error)} />
        </div>
      )}
      <div className="mt-4 grid grid-cols-2 gap-2">
        {canChange({ ...entry, status: post?.status ?? entry.status }) && !entry.locked ? (
          <Link to="/compose" search={{ post: entry.post_id }} className={buttonLook('primary')} data-button>
            <Pencil size={16} aria-hidden />
            {t('change')}
          </Link>
        ) : (
          <Link to="/posts/$id" params={{ id: entry.post_id }} className={buttonLook('primary')} data-button>
            <ExternalLink size={16} aria-hidden />
            {t('show')}
          </Link>
        )}
        {!entry.locked && (
          <Button onPress={onMove}>
            {entry.at ? <MoveRight size={16} aria-hidden /> : <CalendarClock size={16} aria-hidden />}
            {entry.at ? t('move') : t('plan')}
          </Button>
        )}
        {!entry.broadcast_id && (
          <Button
            size="sm"
            variant="ghost"
            isPending={duplicate.isPending}
            onPress={() => duplicate.mutate({ params: { path, header: { 'Idempotency-Key': copyKey.value } } })}
          >
            <Copy size={15} aria-hidden />
            {t('duplicate')}
          </Button>
        )}
        {post && canCancel(post) && (
          <Button size="sm" variant="ghost" onPress={() => ask(true)}>
            <Trash2 size={15} aria-hidden />
            {t('cancel')}
          </Button>
        )}
      </div>
      {!entry.locked && entry.at && (
        <p className="mt-3 border-t border-line pt-2.5 text-xs text-ink-2 max-lg:hidden">{t('altHint')}</p>
      )}
      <ConfirmDialog
        title={t('cancelTitle')}
        verb={t('cancelVerb')}
        danger
        isOpen={asking}
        onOpenChange={ask}
        isPending={cancel.isPending}
        problem={cancel.error ? toProblem(cancel.error) : null}
        onConfirm={() => cancel.mutate({ params: { path } })}
      >
        <p>{t('cancelWhat', { name: item.name })}</p>
      </ConfirmDialog>
    </div>
  );
}
