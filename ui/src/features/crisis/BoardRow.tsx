import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { Check, ExternalLink, Hand, Hourglass, LoaderCircle, OctagonAlert, RotateCcw, SearchCheck } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { broadcastQuery } from '../../api/crisis';
import { deliveryQuery } from '../../api/posts';
import { toProblem } from '../../api/problem';
import type { Delivery, Tick } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { Button, buttonLook } from '../../ui/Button';
import { NetworkBadge } from '../../ui/Network';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { CopyButton } from './CopyButton';
import { needsReconnect, placeOf } from './standing';

const TickDialog = lazy(() => import('./TickDialog').then((m) => ({ default: m.TickDialog })));
const Settle = lazy(() => import('./Settle').then((m) => ({ default: m.Settle })));

/** One channel: since which second it is there, or what is wrong and the act that helps. */
export function BoardRow({
  delivery: d,
  tick,
  alertId,
  lead,
}: {
  delivery: Delivery;
  tick: Tick | undefined;
  alertId: string;
  lead: boolean;
}) {
  const t = useTranslations('board');
  const format = useDates();
  const [ticking, setTicking] = useState(false);
  const place = placeOf(d, tick);
  const retry = $api.useMutation('post', '/deliveries/{id}/retry', {
    onSettled: () => queryClient.invalidateQueries({ queryKey: broadcastQuery(alertId).queryKey }),
  });
  const open = tick?.remote_url || d.remote_url;
  const name = d.channel_name;
  const trouble = place === 'failed' || place === 'ask';
  return (
    <li className="px-4 py-2.5 lg:px-5">
      <div className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1">
        <NetworkBadge kind={d.kind} size={32} className="ring-1 ring-white/25" />
        <span className="min-w-0 flex-1 basis-32 font-semibold break-words">{name}</span>
        <State place={place}>
          {place === 'there' && d.sent_at ? (
            <span>
              <span className="sr-only">{t('sentAt')} </span>
              {format(d.sent_at, 'second')}
            </span>
          ) : place === 'byHand' && tick ? (
            t('byHand', { who: tick.by, at: format(tick.at, 'time') })
          ) : d.status === 'retrying' && d.next_at ? (
            t('again', { at: format(d.next_at, 'second') })
          ) : (
            t('place', { place })
          )}
        </State>
        {open && (
          <a
            href={open}
            target="_blank"
            rel="noreferrer"
            aria-label={t('see', { name })}
            className="grid size-11 place-items-center rounded-md hover:bg-surface-2"
          >
            <ExternalLink size={18} aria-hidden />
          </a>
        )}
      </div>
      {d.error && place !== 'there' && place !== 'byHand' && (
        <div lang="fr" className={clsx('mt-1 text-sm', trouble ? 'text-failed' : 'text-pending')}>
          <p className="font-semibold break-words">{d.error.message}</p>
          {trouble && <p className="break-words text-ink-2">{d.error.next_step}</p>}
        </div>
      )}
      {retry.error && (
        <div className="mt-2">
          <ProblemNotice problem={toProblem(retry.error)} />
        </div>
      )}
      {trouble && lead && (
        <div className="mt-2.5 flex flex-wrap gap-2 pb-1">
          {place === 'failed' && (
            <Button
              size="sm"
              variant="primary"
              isPending={retry.isPending}
              onPress={() => retry.mutate({ params: { path: { id: d.id } } })}
            >
              <RotateCcw size={16} aria-hidden />
              {t('retry')}
              <span className="sr-only"> {name}</span>
            </Button>
          )}
          {place === 'failed' && needsReconnect(d) && (
            <Link to="/channels" className={buttonLook('secondary', 'sm')}>
              {t('reconnect')}
              <span className="sr-only"> {name}</span>
            </Link>
          )}
          {place === 'ask' && (
            <Suspense>
              <Settle delivery={d} />
            </Suspense>
          )}
          <CopyButton text={() => renderedText(d.id)} label={t('copy')} name={name} />
          <Button size="sm" onPress={() => setTicking(true)}>
            <Hand size={16} aria-hidden />
            {t('tick')}
            <span className="sr-only"> {name}</span>
          </Button>
        </div>
      )}
      {ticking && (
        <Suspense>
          <TickDialog delivery={d} alertId={alertId} onClose={() => setTicking(false)} />
        </Suspense>
      )}
    </li>
  );
}

/** Exactly what would have stood there. */
async function renderedText(id: string): Promise<string> {
  const { rendered } = await queryClient.fetchQuery(deliveryQuery(id));
  return [rendered?.title, rendered?.text].filter(Boolean).join('\n\n');
}

function State({ place, children }: { place: ReturnType<typeof placeOf>; children: ReactNode }) {
  const Icon = {
    there: Check,
    byHand: Hand,
    waiting: Hourglass,
    sending: LoaderCircle,
    looking: SearchCheck,
    ask: OctagonAlert,
    failed: OctagonAlert,
    superseded: Hourglass,
  }[place];
  return (
    <span
      className={clsx(
        'inline-flex items-center gap-1.5 text-sm font-semibold',
        (place === 'there' || place === 'byHand') && 'text-published',
        (place === 'failed' || place === 'ask') && 'text-failed',
        place === 'looking' && 'text-pending',
        (place === 'waiting' || place === 'superseded') && 'text-ink-2',
      )}
    >
      <Icon
        size={18}
        strokeWidth={place === 'there' ? 3 : 2}
        aria-hidden
        className={clsx('shrink-0', place === 'sending' && 'animate-[turn_1.2s_linear_infinite]')}
      />
      {children}
    </span>
  );
}
