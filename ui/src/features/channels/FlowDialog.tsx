import { useQuery } from '@tanstack/react-query';
import { CircleCheck } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Form, Radio, RadioGroup } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { flowQuery } from '../../api/oauth';
import { fieldErrors, toProblem } from '../../api/problem';
import type { components } from '../../api/schema.gen';
import type { Channel, Kind } from '../../api/types';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { NetworkBadge } from '../../ui/Network';
import { Notice, ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { ConfirmByName, GoLiveFacts } from './ConfirmByName';
import { useGoLive } from './useGoLive';
import { usePageOf } from './usePageOf';

type Flow = components['schemas']['OAuthFlow'];

/** After the network led back: what it gave, and which of it becomes a channel. */
export function FlowDialog({
  id,
  channels,
  kinds,
  onClose,
}: {
  id: string;
  channels: Channel[];
  kinds: Kind[];
  onClose: () => void;
}) {
  const t = useTranslations('connect');
  const { data: flow, error } = useQuery(flowQuery(id));
  const title = (kind: string) => kinds.find((k) => k.kind === kind)?.title ?? kind;
  const channel = channels.find((c) => c.id === flow?.channel_id);
  const chosen = flow && !flow.error && flow.accounts.length > 0;
  return (
    <Dialog
      title={flow ? t('back', { network: title(flow.kind) }) : t('backTitle')}
      isOpen
      onOpenChange={(open) => !open && onClose()}
    >
      {chosen ? (
        <Accounts flow={flow} network={title(flow.kind)} channel={channel} onClose={onClose} />
      ) : (
        <>
          <DialogBody>
            {!flow && !error && <p role="status">{t('reading')}</p>}
            {error && <Gone problem={toProblem(error)} />}
            {flow && <Refused flow={flow} network={title(flow.kind)} channel={channel} />}
          </DialogBody>
          <DialogFooter>
            <Button onPress={onClose}>{t('leave')}</Button>
            {flow && <Again flow={flow} network={title(flow.kind)} />}
          </DialogFooter>
        </>
      )}
    </Dialog>
  );
}

function Gone({ problem }: { problem: ReturnType<typeof toProblem> }) {
  const t = useTranslations('connect');
  if (problem.status !== 404 && problem.status !== 410) return <ProblemNotice problem={problem} />;
  return (
    <Notice tone="pending">
      <p className="font-semibold">{t('gone')}</p>
      <p>{t('goneHint')}</p>
    </Notice>
  );
}

function Refused({ flow, network, channel }: { flow: Flow; network: string; channel: Channel | undefined }) {
  const t = useTranslations('connect');
  return (
    <>
      <Notice tone="failed" role="alert">
        {flow.error ? (
          <>
            <p lang="fr" className="font-semibold">
              {flow.error.message}
            </p>
            <p lang="fr">{flow.error.next_step}</p>
          </>
        ) : (
          <>
            <p className="font-semibold">{t('noAccount', { network })}</p>
            <p>{t('nothingSaved')}</p>
          </>
        )}
      </Notice>
      {channel && <p className="text-sm">{t('unchanged', { name: channel.name })}</p>}
    </>
  );
}

function Again({ flow, network }: { flow: Flow; network: string }) {
  const t = useTranslations('connect');
  const page = usePageOf(flow.kind);
  return (
    <Button variant="primary" isPending={page.isLeaving} onPress={() => page.open(flow.channel_id ?? undefined)}>
      {t('again', { network })}
    </Button>
  );
}

const accountLook =
  'group flex cursor-pointer items-center gap-3 rounded-md border border-line-strong bg-surface px-3 py-2.5 selected:border-accent selected:bg-accent-soft focus-visible:outline-2 focus-visible:outline-focus';

/** The accounts that the person may give; for a practice channel, the last step before it is real. */
function Accounts({
  flow,
  network,
  channel,
  onClose,
}: {
  flow: Flow;
  network: string;
  channel: Channel | undefined;
  onClose: () => void;
}) {
  const t = useTranslations('connect');
  const live = useTranslations('goLive');
  const own = flow.accounts.find((a) => a.id === channel?.account.id);
  const [account, choose] = useState((own ?? flow.accounts[0])?.id ?? '');
  const finish = $api.useMutation('post', '/oauth/{id}', {
    onSuccess: ({ name }) => {
      void queryClient.invalidateQueries({ queryKey: ['get', '/channels'] });
      say(channel ? t('renewed', { name }) : t('connected', { name }));
      onClose();
    },
  });
  const { goLive, isPending: goingLive, problem: refusal } = useGoLive(channel, onClose);
  const toLive = channel?.practice === true;
  const problem = finish.error ? toProblem(finish.error) : refusal;
  const isPending = finish.isPending || goingLive;

  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    if (isPending) return;
    if (toLive) return goLive({ flow: flow.id, account_id: account });
    const name = String(new FormData(e.currentTarget).get('name') ?? '').trim();
    finish.mutate({ params: { path: { id: flow.id } }, body: { account_id: account, ...(name ? { name } : {}) } });
  };
  const verb = () => {
    if (toLive) return live('verb');
    return channel ? t('renewVerb') : t('connectVerb');
  };

  return (
    <Form onSubmit={submit} validationErrors={fieldErrors(problem)}>
      <DialogBody>
        {channel && !toLive && <p className="text-sm">{t('renewing', { name: channel.name })}</p>}
        <p className="text-sm text-ink-2">{t('choose', { n: flow.accounts.length, network })}</p>
        <RadioGroup aria-label={t('account')} value={account} onChange={choose} className="space-y-2">
          {flow.accounts.map((a) => (
            <Radio key={a.id} value={a.id} className={accountLook}>
              <NetworkBadge kind={flow.kind} />
              <span className="min-w-0">
                <span className="block font-semibold">{a.name}</span>
                {a.url && <span className="block truncate text-sm text-ink-2">{a.url}</span>}
              </span>
              {/* Not by its colour alone. */}
              <CircleCheck
                size={20}
                aria-hidden
                className="ml-auto shrink-0 text-accent opacity-0 group-selected:opacity-100"
              />
            </Radio>
          ))}
        </RadioGroup>
        {problem && <ProblemNotice problem={problem} />}
        {toLive && channel && (
          <>
            <GoLiveFacts name={channel.name} />
            <ConfirmByName name={channel.name} />
          </>
        )}
        {!channel && <Field name="name" label={t('name')} help={t('nameHelp')} maxLength={120} />}
      </DialogBody>
      <DialogFooter>
        <Button onPress={onClose}>{t('leave')}</Button>
        <Button type="submit" variant="primary" isPending={isPending}>
          {verb()}
        </Button>
      </DialogFooter>
    </Form>
  );
}
