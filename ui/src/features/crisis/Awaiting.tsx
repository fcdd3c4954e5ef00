import { useQuery } from '@tanstack/react-query';
import { Hourglass } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { broadcastQuery, crisisQuery } from '../../api/crisis';
import { toProblem } from '../../api/problem';
import { mayAlert, useSession } from '../../api/session';
import type { Broadcast } from '../../api/types';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Field } from '../../ui/Field';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { Contacts } from './Contacts';
import { Card } from './Frame';
import { HoldButton } from './HoldButton';
import { lastKnown } from './lastKnown';
import { ProofForm } from './ProofForm';
import { useNow } from './useNow';

/** Nothing has left: a second person decides, or, after two minutes and with a reason, the first one alone. */
export function Awaiting({ alert }: { alert: Broadcast }) {
  const t = useTranslations('awaiting');
  const session = useSession();
  const lead = mayAlert(session);
  const mine = alert.opened_by === session.user.name;
  const crisis = useQuery(crisisQuery).data;
  const [known] = useState(lastKnown);
  const [refusing, refuse] = useState(false);
  const path = { params: { path: { id: alert.id } } };
  const taken = (latest: Broadcast) => {
    queryClient.setQueryData(broadcastQuery(alert.id).queryKey, latest, { updatedAt: 0 });
    void queryClient.invalidateQueries({ queryKey: crisisQuery.queryKey });
  };
  const again = () => {
    void queryClient.invalidateQueries({ queryKey: broadcastQuery(alert.id).queryKey });
    void queryClient.invalidateQueries({ queryKey: crisisQuery.queryKey });
  };
  const confirm = $api.useMutation('post', '/broadcasts/{id}/confirm', { onSuccess: taken, onError: again });
  const abandon = $api.useMutation('post', '/broadcasts/{id}/abandon', {
    onSuccess: (latest) => {
      refuse(false);
      taken(latest);
    },
    onError: again,
  });
  const n = alert.deliveries.length;
  return (
    <div className="mx-auto grid max-w-[1080px] grid-cols-[minmax(0,1fr)] gap-5 px-4 pt-2 pb-10 lg:grid-cols-[minmax(0,1fr)_400px] lg:gap-8 lg:px-8">
      <div className="space-y-5">
        <Card>
          <div className="flex gap-4 pt-2">
            <Hourglass size={32} aria-hidden className="mt-1 shrink-0 text-pending" />
            <div role="status">
              <p className="text-lg leading-snug font-bold">
                {mine ? t('waits') : t('asked', { who: alert.opened_by })}
              </p>
              <p className="mt-1 text-ink-2">{mine ? t('waitsStep') : t('askedStep')}</p>
            </div>
          </div>
          {lead && (
            <div className="mt-5 space-y-4">
              {confirm.error && <ProblemNotice problem={toProblem(confirm.error)} />}
              {crisis?.proof_needed ? (
                <ProofForm />
              ) : mine ? (
                <Alone alert={alert} onDone={taken} />
              ) : (
                <HoldButton
                  label={t('confirm')}
                  detail={t('confirmDetail', { n })}
                  ask={t('confirmAsk')}
                  verb={t('confirmVerb', { n })}
                  summary={<p className="text-lg font-bold break-words">{alert.title}</p>}
                  isPending={confirm.isPending}
                  onConfirm={() => confirm.mutate(path)}
                />
              )}
              <Button size="lg" className="w-full" onPress={() => refuse(true)}>
                {mine ? t('giveUp') : t('refuse')}
              </Button>
            </div>
          )}
        </Card>
        <Card title={t('what')}>
          <p lang="fr" className="text-lg font-bold break-words">
            {alert.title}
          </p>
          <p lang="fr" className="mt-2 text-[1.0625rem] break-words whitespace-pre-wrap">
            {alert.message}
          </p>
        </Card>
      </div>
      <Contacts contacts={crisis?.contacts ?? known.contacts} />
      <ConfirmDialog
        title={t('refuseTitle')}
        verb={mine ? t('giveUp') : t('refuse')}
        danger
        isOpen={refusing}
        onOpenChange={refuse}
        isPending={abandon.isPending}
        problem={abandon.error ? toProblem(abandon.error) : null}
        onConfirm={() => abandon.mutate(path)}
      >
        <p>{t('refuseWhat')}</p>
      </ConfirmDialog>
    </div>
  );
}

/** The way out when nobody else can be reached: after a while, with a reason, and everybody hears of it. */
function Alone({ alert, onDone }: { alert: Broadcast; onDone: (latest: Broadcast) => void }) {
  const t = useTranslations('awaiting');
  const now = useNow(500);
  const [reason, setReason] = useState('');
  const act = $api.useMutation('post', '/broadcasts/{id}/break-glass', { onSuccess: onDone });
  const left = alert.break_glass_at ? Math.ceil((Date.parse(alert.break_glass_at) - now) / 1_000) : 0;
  if (left > 0)
    return (
      <p
        role="timer"
        className="rounded-lg border-2 border-dashed border-line-strong px-4 py-4 text-center font-semibold"
      >
        {t('aloneIn', { minutes: Math.floor(left / 60), seconds: String(left % 60).padStart(2, '0') })}
      </p>
    );
  return (
    <div className="space-y-4">
      <p className="font-semibold">{t('alone')}</p>
      <Field
        label={t('reason')}
        help={t('reasonHelp')}
        value={reason}
        onChange={setReason}
        isRequired
        minLength={3}
        maxLength={500}
      />
      {act.error && <ProblemNotice problem={toProblem(act.error)} />}
      {reason.trim().length >= 3 && (
        <HoldButton
          label={t('holdAlone')}
          detail={t('confirmDetail', { n: alert.deliveries.length })}
          ask={t('aloneAsk')}
          verb={t('confirmVerb', { n: alert.deliveries.length })}
          summary={<p className="text-lg font-bold break-words">{alert.title}</p>}
          isPending={act.isPending}
          onConfirm={() => act.mutate({ params: { path: { id: alert.id } }, body: { reason: reason.trim() } })}
        />
      )}
    </div>
  );
}
