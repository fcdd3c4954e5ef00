import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, queryClient } from '../../api/client';
import { broadcastQuery, broadcastsQuery, crisisQuery } from '../../api/crisis';
import { IdempotencyKey } from '../../api/idempotency';
import { useSession } from '../../api/session';
import type { Broadcast, Contact, CrisisState, CrisisTemplate } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { Button } from '../../ui/Button';
import { Later } from '../../ui/Later';
import { Notice } from '../../ui/ProblemNotice';
import { BlankFields } from './BlankFields';
import { ChannelTexts } from './ChannelTexts';
import { Companion } from './Companion';
import { Consequences } from './Consequences';
import { Contacts } from './Contacts';
import {
  choose,
  type Draft,
  dropDraft,
  emptyDraft,
  keepDraft,
  lackOf,
  nextUpdateAt,
  put,
  readDraft,
  toBroadcast,
} from './draft';
import { Card } from './Frame';
import { HazardTiles } from './HazardTiles';
import { SendPanel } from './SendPanel';
import { MessageField, NextUpdate, TitleField } from './TextFields';
import { useNow } from './useNow';
import { usePreview } from './usePreview';
import { SEND_PATIENCE, useSend } from './useSend';

/** A new alert, or an exercise. What is typed stays on this device until it has left. */
export function AlertForm({
  exercise,
  alongside,
  state,
  contacts,
  templates,
  onBusy,
}: {
  exercise: boolean;
  alongside: boolean;
  state: CrisisState | undefined;
  contacts: Contact[];
  templates: CrisisTemplate[];
  onBusy: (busy: boolean) => void;
}) {
  const t = useTranslations('alert');
  const format = useDates();
  const navigate = useNavigate();
  const { user } = useSession();
  const [resumed] = useState(() => readDraft(user.id, exercise, Date.now()));
  const [draft, setDraft] = useState<Draft>(() => resumed ?? emptyDraft(Date.now()));
  const [again, setAgain] = useState(resumed !== null);
  const [idempotency] = useState(() => IdempotencyKey.from(draft.key));
  const now = useNow(20_000);
  const template = templates.find((x) => x.hazard === draft.hazard);

  const change = (changed: Draft) => {
    const next = { ...changed, key: idempotency.value, at: Date.now() };
    setDraft(next);
    keepDraft(user.id, exercise, next);
  };
  const startOver = () => {
    dropDraft(user.id, exercise);
    setAgain(false);
    setDraft({ ...emptyDraft(Date.now()), key: idempotency.value });
  };

  const next = nextUpdateAt(draft.next, now);
  const written = draft.title.trim() !== '' && draft.message.trim() !== '';
  // Asked for before anything is written, too: which accounts there are, and what would be paused.
  const { preview, fresh } = usePreview({
    title: written ? draft.title : t('pageTitle'),
    message: written ? draft.message : t('pageTitle'),
    exercise,
    kind: 'alert',
    ...(next ? { next_update_at: next } : {}),
  });
  const [rendered, setRendered] = useState(false);
  if (written && fresh && !rendered) setRendered(true);

  const leave = (alert: Broadcast) => {
    dropDraft(user.id, exercise);
    queryClient.setQueryData(broadcastQuery(alert.id).queryKey, alert, { updatedAt: 0 });
    void queryClient.invalidateQueries({ queryKey: crisisQuery.queryKey });
    void navigate({ to: '/crisis/$id', params: { id: alert.id }, replace: true });
  };
  const sending = useSend({
    idempotency,
    send: (key) =>
      api.POST('/broadcasts', {
        params: { header: { 'Idempotency-Key': key } },
        body: toBroadcast(draft, template, {
          exercise,
          alongside,
          channels: preview?.accounts.map((a) => a.channel_id) ?? [],
          now: Date.now(),
        }),
        signal: AbortSignal.timeout(SEND_PATIENCE),
      }),
    arrived: async () => {
      const { broadcasts } = await queryClient.fetchQuery({ ...broadcastsQuery, staleTime: 0, retry: false });
      const mine = broadcasts.find(
        (b) =>
          b.exercise === exercise &&
          b.title === draft.title.trim() &&
          b.opened_by === user.name &&
          (b.status === 'active' || b.status === 'awaiting_confirmation'),
      );
      return mine ? queryClient.fetchQuery({ ...broadcastQuery(mine.id), staleTime: 0, retry: false }) : null;
    },
    onDone: leave,
  });
  const busy = sending.state === 'sending' || sending.state === 'unsure';
  useEffect(() => onBusy(busy), [busy, onBusy]);
  // A refusal gives a new key; the copy on this device must have it too.
  useEffect(() => {
    if (sending.problem && draft.hazard !== null) keepDraft(user.id, exercise, { ...draft, key: idempotency.value });
  }, [sending.problem, draft, exercise, idempotency, user.id]);

  const chosen = draft.hazard !== null;
  return (
    <div className="mx-auto grid max-w-[1280px] grid-cols-[minmax(0,1fr)] gap-5 px-4 pt-2 pb-64 lg:grid-cols-[minmax(0,1fr)_420px] lg:gap-8 lg:px-8 lg:pb-10">
      <div className="space-y-5 lg:space-y-6">
        {exercise && (
          <p className="rounded-lg border border-line-strong bg-accent-soft px-4 py-2.5 text-sm font-semibold">
            {t('exerciseBanner')}
          </p>
        )}
        {again && (
          <div role="status" className="flex flex-wrap items-center justify-between gap-x-3 gap-y-1 text-sm text-ink-2">
            {t('resumed', { at: format(draft.at, 'time') })}
            <Button size="sm" onPress={startOver}>
              {t('startOver')}
            </Button>
          </div>
        )}
        <HazardTiles
          templates={templates}
          chosen={draft.hazard}
          onChoose={(hazard) =>
            change(
              choose(
                draft,
                templates.find((x) => x.hazard === hazard),
              ),
            )
          }
        />
        {chosen && (
          <>
            {template && (
              <BlankFields
                blanks={template.blanks}
                values={draft.values}
                onPut={(key, value) => change(put(draft, template, key, value))}
              />
            )}
            <TitleField value={draft.title} onChange={(title) => change({ ...draft, title, edited: true })} />
            <MessageField
              label={exercise ? t('messageSimulated') : t('message')}
              value={draft.message}
              note={template && draft.edited ? t('changed') : undefined}
              onChange={(message) => change({ ...draft, message, edited: true })}
            />
            {template && draft.edited && (
              <Button size="sm" variant="ghost" onPress={() => change(choose(draft, template))}>
                {t('backToTemplate')}
              </Button>
            )}
            <NextUpdate value={draft.next} now={now} onChange={(minutes) => change({ ...draft, next: minutes })} />
            {preview && written && rendered && (
              <ChannelTexts
                preview={preview}
                fresh={fresh}
                off={draft.off}
                {...(exercise ? {} : { onOff: (off: string[]) => change({ ...draft, off }) })}
              />
            )}
          </>
        )}
        <Later>
          <Contacts contacts={contacts} wide />
          <p className="text-sm">
            <Link to="/crisis/history" className="inline-flex min-h-11 items-center underline underline-offset-3">
              {t('toHistory')}
            </Link>
          </p>
        </Later>
      </div>
      <aside aria-label={t('sending')} className="lg:sticky lg:top-5 lg:self-start">
        <Later>
          <Card title={exercise ? t('simulatedTitle') : t('consequences')}>
            <Consequences
              preview={preview}
              off={draft.off}
              exercise={exercise}
              secondPerson={Boolean(state?.second_person)}
            />
            <SendPanel
              lack={lackOf(draft, template)}
              exercise={exercise}
              state={state}
              channels={preview ? preview.accounts.filter((a) => !draft.off.includes(a.channel_id)).length : null}
              title={draft.title}
              text={`${draft.title}\n\n${draft.message}`.trim()}
              contacts={contacts}
              sending={sending}
            />
            <div className="mt-4 border-t border-line pt-4">
              {exercise && <Notice tone="info">{t('exerciseSame')}</Notice>}
              {!exercise && <Companion texts={preview?.companion} />}
            </div>
          </Card>
        </Later>
      </aside>
    </div>
  );
}
