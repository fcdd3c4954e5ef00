import { useQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, queryClient } from '../../api/client';
import { broadcastQuery, crisisQuery, templatesQuery } from '../../api/crisis';
import { IdempotencyKey } from '../../api/idempotency';
import type { Broadcast, Contact } from '../../api/types';
import { IconButton } from '../../ui/Button';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { ChannelTexts } from './ChannelTexts';
import { nextUpdateAt, readyUpdate } from './draft';
import { blanksIn } from './fill';
import { HoldButton } from './HoldButton';
import { NoNetwork } from './NoNetwork';
import { ProofForm } from './ProofForm';
import { MessageField, NextUpdate } from './TextFields';
import { useKept } from './useKept';
import { useNow } from './useNow';
import { usePreview } from './usePreview';
import { useReachable } from './useReachable';
import { SEND_PATIENCE, useSend } from './useSend';

export type Act = 'update' | 'correction' | 'end';

/** The next message of an alert: the words are ready, they are read once more, and held for. */
export function MessagePanel({
  act,
  alert,
  contacts,
  onClose,
}: {
  act: Act;
  alert: Broadcast;
  contacts: Contact[];
  onClose: () => void;
}) {
  const t = useTranslations('alertMessage');
  const alertWords = useTranslations('alert');
  const now = useNow(20_000);
  const panel = useRef<HTMLElement>(null);
  const crisis = useQuery(crisisQuery).data;
  const templates = useQuery(templatesQuery).data?.templates;
  const template = templates?.find((x) => x.hazard === alert.hazard);
  const ready = {
    update: readyUpdate(alert, template, t('everywhere')),
    correction: alert.correction,
    end: alert.end_text,
  }[act];
  const [own, setOwn, drop] = useKept(`${alert.id}.${alert.number}.${act}`);
  const [minutes, setMinutes] = useState<number | null>(null);
  const [idempotency] = useState(() => IdempotencyKey.fresh());
  const reachable = useReachable();
  const text = own ?? ready;
  const next = act === 'end' ? undefined : nextUpdateAt(minutes, now);
  const { preview, fresh } = usePreview(
    text.trim()
      ? {
          broadcast_id: alert.id,
          kind: act,
          title: alert.title,
          message: text,
          exercise: alert.exercise,
          ...(next ? { next_update_at: next } : {}),
        }
      : null,
  );
  useEffect(() => {
    panel.current?.focus({ preventScroll: true });
    panel.current?.scrollIntoView({ block: 'start' });
  }, []);

  const options = (key: string) => ({
    params: { path: { id: alert.id }, header: { 'Idempotency-Key': key } },
    signal: AbortSignal.timeout(SEND_PATIENCE),
  });
  const sending = useSend({
    idempotency,
    send: (key) =>
      act === 'end'
        ? api.POST('/broadcasts/{id}/end', { ...options(key), body: { message: text.trim() } })
        : api.POST('/broadcasts/{id}/updates', {
            ...options(key),
            body: {
              title: alert.title,
              message: text.trim(),
              correction: act === 'correction',
              ...(next ? { next_update_at: next } : {}),
            },
          }),
    arrived: async () => {
      const latest = await queryClient.fetchQuery({ ...broadcastQuery(alert.id), staleTime: 0, retry: false });
      const after = latest.messages.filter((m) => m.number > alert.number);
      return after.some((m) => m.kind === act && m.text.trim() === text.trim()) ? latest : null;
    },
    onDone: (latest) => {
      drop();
      queryClient.setQueryData(broadcastQuery(alert.id).queryKey, latest, { updatedAt: 0 });
      void queryClient.invalidateQueries({ queryKey: crisisQuery.queryKey });
      say(t('left', { n: latest.number }));
      onClose();
    },
  });
  const [blank] = blanksIn(text);
  const title = t('title', { act, exercise: String(alert.exercise) });
  return (
    <section
      ref={panel}
      tabIndex={-1}
      aria-label={title}
      className="scroll-mt-3 space-y-4 rounded-xl border-2 border-accent bg-surface p-4 outline-none lg:p-5"
    >
      <header className="flex items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="text-lg leading-snug font-bold">{title}</h2>
          <p className="text-sm text-ink-2">{t('number', { n: alert.number + 1 })}</p>
        </div>
        <IconButton label={t('close')} icon={X} onPress={onClose} />
      </header>
      <MessageField label={t('text')} value={text} onChange={setOwn} />
      {act !== 'end' && <NextUpdate value={minutes} now={now} onChange={setMinutes} />}
      {sending.problem && <ProblemNotice problem={sending.problem} />}
      {sending.state === 'notSent' && (
        <p role="alert" className="text-sm font-bold text-pending">
          {t('notSent')}
        </p>
      )}
      {!reachable || sending.state === 'unsure' ? (
        <NoNetwork unsure={sending.state === 'unsure'} nothingSent={t('offline')} contacts={contacts} text={text} />
      ) : crisis?.proof_needed ? (
        <ProofForm />
      ) : blank || !text.trim() ? (
        <p
          role="status"
          className="grid min-h-[76px] place-items-center rounded-xl border-2 border-dashed border-line-strong px-4 py-2 text-center font-semibold"
        >
          {alertWords('lack', { kind: blank ? 'blank' : 'message', label: blank ?? '' })}
        </p>
      ) : (
        <HoldButton
          label={alert.exercise ? alertWords('holdExercise') : t('hold', { act })}
          detail={
            alert.exercise
              ? alertWords('holdExerciseDetail')
              : t('onChannels', { n: preview?.accounts.length ?? alert.deliveries.length })
          }
          ask={t('ask', { act })}
          verb={t('verb', { act })}
          summary={<p className="text-sm break-words whitespace-pre-wrap">{text}</p>}
          isPending={sending.state === 'sending'}
          calm={act === 'end'}
          onConfirm={() => void sending.run()}
        />
      )}
      {act === 'end' && <p className="text-sm text-ink-2">{alert.exercise ? t('endExercise') : t('endHeld')}</p>}
      {preview && <ChannelTexts preview={preview} fresh={fresh} />}
    </section>
  );
}
