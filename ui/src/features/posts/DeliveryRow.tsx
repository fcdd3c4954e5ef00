import { Link } from '@tanstack/react-router';
import { ChevronDown, ExternalLink } from 'lucide-react';
import { useRef, useState } from 'react';
import { Button as AriaButton, Disclosure, DisclosurePanel } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { toProblem } from '../../api/problem';
import type { Channel, Delivery, Kind, Post } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { Button, buttonLook } from '../../ui/Button';
import { NetworkBadge } from '../../ui/Network';
import { Notice, ProblemNotice } from '../../ui/ProblemNotice';
import { DeliveryTag, PracticeTag } from '../../ui/Tags';
import { CorrectDialog } from './CorrectDialog';
import { DeliveryDetails } from './DeliveryDetails';
import { actsFor } from './deliveries';
import { RemoveDialog } from './RemoveDialog';
import { SettleDialog, type Settlement } from './SettleDialog';

/** One channel of a post: where it stands, why, and what a person can do. */
export function DeliveryRow({
  delivery,
  channel,
  network,
  kind,
  post,
}: {
  delivery: Delivery;
  channel: Channel | undefined;
  network: string;
  /** What its network can do; without it, nothing is offered for what is out. */
  kind?: Kind | undefined;
  /** What it is of: the message of an alert is not touched here. */
  post?: Pick<Post, 'broadcast_id'> | undefined;
}) {
  const t = useTranslations('delivery');
  const format = useDates();
  const [settling, settle] = useState<Settlement | null>(null);
  const [open, setOpen] = useState(false);
  const [changing, change] = useState<'correct' | 'remove' | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  // A channel that was removed has no way in any more.
  const acts = actsFor(delivery, channel && kind?.abilities, post);
  const path = { params: { path: { id: delivery.id } } };
  const retry = $api.useMutation('post', '/deliveries/{id}/retry', {
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['get', '/posts/{id}'] }),
  });
  const problem = retry.error ? toProblem(retry.error) : null;

  const time = () => {
    if (delivery.removed_at) return t('removedAt', { at: format(delivery.removed_at, 'short') });
    if (delivery.status === 'sent' && delivery.sent_at && delivery.corrected_at)
      return t('correctedAt', {
        at: format(delivery.sent_at, 'second'),
        corrected: format(delivery.corrected_at, 'second'),
      });
    if (delivery.status === 'sent' && delivery.sent_at) return t('sentAt', { at: format(delivery.sent_at, 'second') });
    if (delivery.status === 'retrying' && delivery.next_at)
      return t('nextTry', { at: format(delivery.next_at, 'second') });
    if (delivery.status === 'unknown' && delivery.next_at)
      return t('nextLook', { at: format(delivery.next_at, 'second') });
    if (delivery.status === 'scheduled' && delivery.due_at) return t('dueAt', { at: format(delivery.due_at, 'short') });
    return null;
  };
  const when = time();
  // A commune may have two pages on one network.
  const ofAccount = delivery.channel_name !== network && <span className="sr-only"> ({delivery.channel_name})</span>;
  const removed = (done: boolean) => {
    change(null);
    // Its button goes with the post: the focus stays with the channel.
    if (done) setTimeout(() => heading.current?.focus(), 50);
  };

  return (
    <li className="px-4 py-3.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <NetworkBadge kind={delivery.kind} size={32} />
        <div className="min-w-0 flex-1 basis-40">
          <h3
            ref={heading}
            tabIndex={-1}
            className="flex flex-wrap items-center gap-x-2 text-base leading-snug font-semibold outline-none"
          >
            {delivery.channel_name}
            {channel?.practice && <PracticeTag />}
          </h3>
          <p className="text-sm text-ink-2">
            {[delivery.channel_name === network ? null : network, when].filter(Boolean).join(' · ')}
          </p>
        </div>
        <DeliveryTag delivery={delivery} />
        {delivery.remote_url && !delivery.removed_at && (
          <a href={delivery.remote_url} target="_blank" rel="noreferrer" className={buttonLook('secondary', 'sm')}>
            {t('open', { kind: delivery.kind, network })}
            <ExternalLink size={14} aria-label={t('newTab')} />
          </a>
        )}
      </div>
      {delivery.status === 'held' && <Held reason={delivery.hold_reason} />}
      {delivery.error && delivery.status !== 'sent' && (
        <div className="mt-3">
          <Notice
            tone={
              delivery.status === 'retrying' || (delivery.status === 'unknown' && !delivery.needs_person)
                ? 'pending'
                : 'failed'
            }
          >
            <p lang="fr" className="font-semibold">
              {delivery.error.message}
            </p>
            <p lang="fr">{delivery.error.next_step}</p>
          </Notice>
        </div>
      )}
      {problem && (
        <div className="mt-3">
          <ProblemNotice problem={problem} />
        </div>
      )}
      {acts.length > 0 && (
        <div className="mt-3 flex flex-wrap items-center gap-2">
          {(acts.includes('retry') || acts.includes('sendLate')) && (
            <Button
              size="sm"
              variant="primary"
              aria-label={acts.includes('retry') ? t('retryOn', { network }) : t('sendLateOn', { network })}
              isPending={retry.isPending}
              onPress={() => retry.mutate(path)}
            >
              {acts.includes('retry') ? t('retry') : t('sendLate')}
            </Button>
          )}
          {acts.includes('settle') && (
            <>
              <p className="w-full text-sm font-semibold">{t('question', { network })}</p>
              {channel?.account.url && (
                <a
                  href={channel.account.url}
                  target="_blank"
                  rel="noreferrer"
                  className={buttonLook('secondary', 'sm')}
                >
                  {t('look')}
                  <ExternalLink size={14} aria-label={t('newTab')} />
                </a>
              )}
              <Button size="sm" onPress={() => settle('sent')}>
                {t('isThere')}
              </Button>
              <Button size="sm" onPress={() => settle('again')}>
                {t('sendAgain')}
              </Button>
              <Button size="sm" variant="ghost" onPress={() => settle('leave')}>
                {t('leave')}
              </Button>
            </>
          )}
          {acts.includes('correct') && (
            <Button size="sm" onPress={() => change('correct')}>
              {t('correct', { kind: delivery.kind, network })}
              {ofAccount}
            </Button>
          )}
          {acts.includes('remove') && (
            <Button size="sm" onPress={() => change('remove')}>
              {t('remove', { kind: delivery.kind, network })}
              {ofAccount}
            </Button>
          )}
        </div>
      )}
      <Disclosure isExpanded={open} onExpandedChange={setOpen} className="mt-1.5">
        <AriaButton
          slot="trigger"
          className="group -ml-1 inline-flex min-h-8 cursor-pointer items-center gap-1 rounded px-1 text-sm font-medium text-accent-ink hover:underline"
        >
          <ChevronDown size={15} aria-hidden className={open ? 'rotate-180' : ''} />
          {t('details')}
          <span className="sr-only"> ({delivery.channel_name})</span>
        </AriaButton>
        <DisclosurePanel>
          {open && (
            <DeliveryDetails
              delivery={delivery}
              network={network}
              account={channel?.account.name || delivery.channel_name}
            />
          )}
        </DisclosurePanel>
      </Disclosure>
      {changing === 'correct' && (
        <CorrectDialog
          delivery={delivery}
          network={network}
          titled={kind?.limits.title_used ?? false}
          onClose={() => change(null)}
        />
      )}
      {changing === 'remove' && <RemoveDialog delivery={delivery} network={network} onClose={removed} />}
      {settling && (
        <SettleDialog
          delivery={delivery}
          network={network}
          settlement={settling}
          onClose={() => settle(null)}
          onSendAgain={() => retry.mutate(path)}
        />
      )}
    </li>
  );
}

function Held({ reason }: { reason: Delivery['hold_reason'] }) {
  const t = useTranslations('heldBecause');
  const review = useTranslations('review');
  return (
    <div className="mt-3">
      <Notice tone="pending">
        <p>{t(reason ?? 'other')}</p>
        {reason === 'crisis' && (
          <Link to="/crisis/held" className={buttonLook('secondary', 'sm', 'mt-1')}>
            {review('decide')}
          </Link>
        )}
        {(reason === 'review' || reason === 'recovery') && (
          <Link to="/review" className={buttonLook('secondary', 'sm', 'mt-1')}>
            {review('decide')}
          </Link>
        )}
      </Notice>
    </div>
  );
}
