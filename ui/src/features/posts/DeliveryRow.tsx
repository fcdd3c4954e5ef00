import { Link } from '@tanstack/react-router';
import { ChevronDown, ExternalLink } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton, Disclosure, DisclosurePanel } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { toProblem } from '../../api/problem';
import type { Channel, Delivery } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { Button, buttonLook } from '../../ui/Button';
import { NetworkBadge } from '../../ui/Network';
import { Notice, ProblemNotice } from '../../ui/ProblemNotice';
import { DeliveryTag, PracticeTag } from '../../ui/Tags';
import { DeliveryDetails } from './DeliveryDetails';
import { actsFor } from './deliveries';
import { SettleDialog, type Settlement } from './SettleDialog';

/** One channel of a post: where it stands, why, and what a person can do. */
export function DeliveryRow({
  delivery,
  channel,
  network,
}: {
  delivery: Delivery;
  channel: Channel | undefined;
  network: string;
}) {
  const t = useTranslations('delivery');
  const format = useDates();
  const [settling, settle] = useState<Settlement | null>(null);
  const [open, setOpen] = useState(false);
  const acts = actsFor(delivery);
  const path = { params: { path: { id: delivery.id } } };
  const retry = $api.useMutation('post', '/deliveries/{id}/retry', {
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['get', '/posts/{id}'] }),
  });
  const problem = retry.error ? toProblem(retry.error) : null;

  const time = () => {
    if (delivery.status === 'sent' && delivery.sent_at) return t('sentAt', { at: format(delivery.sent_at, 'second') });
    if (delivery.status === 'retrying' && delivery.next_at)
      return t('nextTry', { at: format(delivery.next_at, 'second') });
    if (delivery.status === 'unknown' && delivery.next_at)
      return t('nextLook', { at: format(delivery.next_at, 'second') });
    if (delivery.status === 'scheduled' && delivery.due_at) return t('dueAt', { at: format(delivery.due_at, 'short') });
    return null;
  };
  const when = time();

  return (
    <li className="px-4 py-3.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <NetworkBadge kind={delivery.kind} size={32} />
        <div className="min-w-0 flex-1 basis-40">
          <h3 className="flex flex-wrap items-center gap-x-2 text-base leading-snug font-semibold">
            {delivery.channel_name}
            {channel?.practice && <PracticeTag />}
          </h3>
          <p className="text-sm text-ink-2">
            {[delivery.channel_name === network ? null : network, when].filter(Boolean).join(' · ')}
          </p>
        </div>
        <DeliveryTag delivery={delivery} />
        {delivery.remote_url && (
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
