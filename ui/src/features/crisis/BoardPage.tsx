import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ExternalLink, FileText } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { broadcastQuery, crisisQuery } from '../../api/crisis';
import { mayAlert, useSession } from '../../api/session';
import type { Broadcast } from '../../api/types';
import { CrisisMessages } from '../../i18n/crisis';
import { useDates } from '../../i18n/useDates';
import { buttonLook } from '../../ui/Button';
import { Awaiting } from './Awaiting';
import { BoardActions } from './BoardActions';
import { BoardChannels } from './BoardChannels';
import { Companion } from './Companion';
import { Contacts } from './Contacts';
import { Card, Frame } from './Frame';
import { InFlight } from './InFlight';
import { lastKnown } from './lastKnown';
import { type Act, MessagePanel } from './MessagePanel';
import { Since } from './Since';
import { Thread } from './Thread';
import { useReachable } from './useReachable';
import { useSkin } from './useSkin';

const route = getRouteApi('/signed-in/crisis/$id');

/** An alert while it runs: what stands where, what failed and what to do, and what to say next. */
export const BoardPage = () => (
  <CrisisMessages>
    <Board />
  </CrisisMessages>
);

function Board() {
  const t = useTranslations('board');
  const format = useDates();
  const { id } = route.useParams();
  const { data: alert } = useSuspenseQuery(broadcastQuery(id));
  useSkin(alert.exercise);
  const state = alert.status === 'active' && alert.ended_at ? 'ended' : alert.status;
  return (
    <Frame
      title={t('title', { state, exercise: String(alert.exercise) })}
      sub={
        <>
          {alert.title} · {t('openedBy', { who: alert.opened_by, at: format(alert.opened_at, 'second') })} ·{' '}
          {alert.reference}
        </>
      }
      side={
        <Link to="/crisis/$id/log" params={{ id }} className={buttonLook('secondary', 'md')}>
          <FileText size={17} aria-hidden />
          {t('log')}
        </Link>
      }
    >
      {alert.status === 'awaiting_confirmation' ? <Awaiting alert={alert} /> : <Live key={alert.id} alert={alert} />}
    </Frame>
  );
}

function Live({ alert }: { alert: Broadcast }) {
  const t = useTranslations('board');
  const lead = mayAlert(useSession());
  const reachable = useReachable();
  const [known] = useState(lastKnown);
  const contacts = useQuery(crisisQuery).data?.contacts ?? known.contacts;
  const [act, setAct] = useState<Act | null>(null);
  const acting = act !== null && alert.status === 'active';
  return (
    <div className="mx-auto grid max-w-[1280px] grid-cols-[minmax(0,1fr)] gap-5 px-4 pt-2 pb-8 lg:grid-cols-[minmax(0,1fr)_420px] lg:gap-8 lg:px-8 lg:pb-10">
      {!reachable && (
        <p
          role="alert"
          className="rounded-lg border-2 border-pending px-4 py-2.5 font-semibold text-pending lg:col-span-2"
        >
          {t('offline')}
        </p>
      )}
      <div className="space-y-5">
        {acting && (
          <MessagePanel
            key={`${act} ${alert.number}`}
            act={act}
            alert={alert}
            contacts={contacts}
            onClose={() => setAct(null)}
          />
        )}
        <BoardChannels alert={alert} lead={lead} />
        <InFlight items={alert.in_flight} />
      </div>
      <div className="space-y-5">
        <Card title={t('next')}>
          <Since alert={alert} />
          {lead && <BoardActions alert={alert} act={acting ? act : null} onAct={setAct} />}
        </Card>
        <Thread alert={alert} />
        <Card title={t('also')}>
          <ul className="mb-4 space-y-1 text-sm">
            {alert.alert_url && (
              <li>
                <a
                  href={alert.alert_url}
                  target="_blank"
                  rel="noreferrer"
                  className="inline-flex min-h-11 items-center gap-2 underline underline-offset-3"
                >
                  <ExternalLink size={16} aria-hidden />
                  {t('publicPage')}
                </a>
              </li>
            )}
          </ul>
          {!alert.exercise && <Companion texts={alert.companion} />}
        </Card>
        <Contacts contacts={contacts} />
      </div>
    </div>
  );
}
