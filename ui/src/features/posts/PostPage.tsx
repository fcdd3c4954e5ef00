import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { ArrowLeft, Copy, Pencil } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { channelsQuery, kindsQuery } from '../../api/channels';
import { $api, queryClient } from '../../api/client';
import { IdempotencyKey } from '../../api/idempotency';
import { postQuery } from '../../api/posts';
import { toProblem } from '../../api/problem';
import type { Post } from '../../api/types';
import { AllMessages } from '../../i18n/rest';
import { useDates } from '../../i18n/useDates';
import { PageHead } from '../../shell/PageHead';
import { Button, buttonLook } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Panel } from '../../ui/Panel';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { PostTag } from '../../ui/Tags';
import { say } from '../../ui/toast';
import { Announcer } from './Announcer';
import { DeliveryRow } from './DeliveryRow';
import { canCancel, canChange, nameOfPost } from './deliveries';
import { OfAlert } from './OfAlert';
import { PostNotices } from './PostNotices';

const route = getRouteApi('/signed-in/posts/$id');

/** One post: what becomes of it on each channel, as it happens, and what it says. */
export const PostPage = () => (
  <AllMessages>
    <Shown />
  </AllMessages>
);

function Shown() {
  const t = useTranslations('post');
  const format = useDates();
  const { id } = route.useParams();
  const { data: post } = useSuspenseQuery(postQuery(id));
  const { data: channels } = useSuspenseQuery(channelsQuery);
  const { data: kinds } = useSuspenseQuery(kindsQuery);
  const due = post.publish.due_at;

  return (
    <>
      <PageHead
        title={nameOfPost(post) || t('untitled')}
        sub={due ? t('due', { at: format(due, 'long') }) : t('changed', { at: format(post.updated_at, 'long') })}
        back={
          <Link
            to="/posts"
            aria-label={t('back')}
            className="-ml-1 grid size-9 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-sunken max-lg:size-11"
          >
            <ArrowLeft size={20} aria-hidden />
          </Link>
        }
      >
        <span className="max-sm:hidden">
          <PostTag status={post.status} />
        </span>
      </PageHead>
      <div className="mx-auto grid max-w-[1080px] grid-cols-[minmax(0,1fr)] items-start gap-5 p-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] lg:p-6">
        <div className="space-y-4">
          <Panel title={t('deliveries')} action={<Actions post={post} />}>
            <PostNotices post={post.id} />
            {post.broadcast_id && <OfAlert id={post.broadcast_id} />}
            <Announcer deliveries={post.deliveries} />
            {post.deliveries.length === 0 ? (
              <p className="border-t border-line px-4 py-6 text-sm text-ink-2">{t('noDelivery')}</p>
            ) : (
              <ul className="divide-y divide-line border-t border-line">
                {post.deliveries.map((delivery) => {
                  const kind = kinds.kinds.find((k) => k.kind === delivery.kind);
                  return (
                    <DeliveryRow
                      key={delivery.id}
                      delivery={delivery}
                      channel={channels.channels.find((c) => c.id === delivery.channel_id)}
                      network={kind?.title ?? delivery.kind}
                      kind={kind}
                      post={post}
                    />
                  );
                })}
              </ul>
            )}
          </Panel>
        </div>
        <Content post={post} nameOf={(c) => channels.channels.find((x) => x.id === c)?.name ?? c} />
      </div>
    </>
  );
}

function Actions({ post }: { post: Post }) {
  const t = useTranslations('post');
  const [asking, ask] = useState(false);
  const cancel = $api.useMutation('post', '/posts/{id}/cancel', {
    onSuccess: (cancelled) => {
      queryClient.setQueryData(postQuery(post.id).queryKey, cancelled, { updatedAt: 0 });
      void queryClient.invalidateQueries({ queryKey: ['get', '/posts'] });
      ask(false);
      say(t('cancelled'));
    },
  });
  return (
    <div className="flex flex-wrap justify-end gap-2">
      {!post.broadcast_id && <Duplicate post={post} />}
      {canChange(post) && (
        <Link to="/compose" search={{ post: post.id }} className={buttonLook('secondary', 'sm')}>
          <Pencil size={15} aria-hidden />
          {t('change')}
        </Link>
      )}
      {canCancel(post) && (
        <Button size="sm" onPress={() => ask(true)}>
          {t('cancel')}
        </Button>
      )}
      <ConfirmDialog
        title={t('cancelTitle')}
        verb={t('cancelVerb')}
        danger
        isOpen={asking}
        onOpenChange={ask}
        isPending={cancel.isPending}
        problem={cancel.error ? toProblem(cancel.error) : null}
        onConfirm={() => cancel.mutate({ params: { path: { id: post.id } } })}
      >
        <p>{t('cancelWhat')}</p>
      </ConfirmDialog>
    </div>
  );
}

/** Makes a draft that says the same, and opens it. */
function Duplicate({ post }: { post: Post }) {
  const t = useTranslations('post');
  const navigate = useNavigate();
  const [key] = useState(() => IdempotencyKey.fresh());
  const duplicate = $api.useMutation('post', '/posts/{id}/duplicate', {
    onSuccess: (copy) => {
      void queryClient.invalidateQueries({ queryKey: ['get', '/posts'] });
      say(t('duplicated'));
      void navigate({ to: '/compose', search: { post: copy.id } });
    },
    onError: (error) => {
      key.refused(toProblem(error));
    },
  });
  return (
    <>
      <Button
        size="sm"
        isPending={duplicate.isPending}
        onPress={() =>
          duplicate.mutate({ params: { path: { id: post.id }, header: { 'Idempotency-Key': key.value } } })
        }
      >
        <Copy size={15} aria-hidden />
        {t('duplicate')}
      </Button>
      {duplicate.error && (
        <div className="order-last w-full">
          <ProblemNotice problem={toProblem(duplicate.error)} />
        </div>
      )}
    </>
  );
}

function Content({ post, nameOf }: { post: Post; nameOf: (channel: string) => string }) {
  const t = useTranslations('post');
  const format = useDates();
  const overrides = Object.entries(post.overrides);
  return (
    <Panel title={t('content')}>
      <div className="space-y-4 border-t border-line px-4 py-4">
        {post.title && <p className="text-lg font-bold break-words">{post.title}</p>}
        {post.text && <p className="break-words whitespace-pre-wrap">{post.text}</p>}
        {post.link && <p className="break-words text-accent-ink">{post.link}</p>}
        {post.images.length > 0 && (
          <ul className="grid grid-cols-2 gap-3">
            {post.images.map((image) => (
              <li key={image.media_id}>
                <img
                  src={image.url}
                  alt={image.alt}
                  loading="lazy"
                  className="aspect-[4/3] w-full rounded-md bg-sunken object-contain"
                />
                {/* Screen readers have it from the picture. */}
                <p aria-hidden={!image.decorative} className="mt-1 text-xs text-ink-2">
                  {image.decorative ? t('decorative') : image.alt}
                </p>
              </li>
            ))}
          </ul>
        )}
        {overrides.map(([channel, own]) => (
          <div key={channel} className="rounded-md bg-brass-soft px-3 py-2.5 text-sm text-brass-ink">
            <p className="font-semibold">{t('adapted', { name: nameOf(channel) })}</p>
            {own.title && <p className="mt-1 font-bold break-words">{own.title}</p>}
            {own.text && <p className="mt-1 break-words whitespace-pre-wrap">{own.text}</p>}
          </div>
        ))}
        {post.updated_by && (
          <p className="text-sm text-ink-3">
            {t('writtenBy', { name: post.updated_by.name, at: format(post.updated_at) })}
          </p>
        )}
      </div>
    </Panel>
  );
}
