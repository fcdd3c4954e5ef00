import { ExternalLink } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Form, Radio, RadioGroup } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { IdempotencyKey } from '../../api/idempotency';
import { fieldErrors, toProblem } from '../../api/problem';
import type { Kind } from '../../api/types';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { NetworkBadge } from '../../ui/Network';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { Segmented } from '../../ui/Segmented';
import { say } from '../../ui/toast';
import { KindFields, readKindValues } from './KindFields';
import { LackingKeys, NetworkPagePanel } from './NetworkPagePanel';
import { usePageOf } from './usePageOf';

const choiceLook =
  'group flex cursor-pointer items-center gap-2.5 rounded-md border border-line-strong bg-surface px-3 py-2 text-sm font-semibold text-ink-2 hover:text-ink selected:border-accent selected:bg-accent-soft selected:text-accent-ink focus-visible:outline-2 focus-visible:outline-focus';

/** Connecting an account: which network, and how access to it is given. */
export function ConnectDialog({ kinds, onClose }: { kinds: Kind[]; onClose: () => void }) {
  const t = useTranslations('channels');
  const [chosen, choose] = useState(kinds[0]?.kind ?? '');
  const [world, setWorld] = useState<'real' | 'practice'>('real');
  const [pasting, paste] = useState(false);
  const [key] = useState(IdempotencyKey.fresh);
  const kind = kinds.find((k) => k.kind === chosen);
  const page = usePageOf(chosen);
  const practice = world === 'practice';
  const byPage = !practice && page.ready && !pasting;

  const create = $api.useMutation('post', '/channels', {
    onSuccess: (channel) => {
      void queryClient.invalidateQueries({ queryKey: ['get', '/channels'] });
      say(channel.practice ? t('practised', { name: channel.name }) : t('connected', { name: channel.name }));
      onClose();
    },
    onError: (error) => key.refused(toProblem(error)),
  });
  const problem = create.error ? toProblem(create.error) : null;
  const startOver = () => {
    create.reset();
    page.forget();
    paste(false);
  };

  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    if (!kind || create.isPending || byPage) return;
    const form = new FormData(e.currentTarget);
    const name = String(form.get('name')).trim();
    create.mutate({
      params: { header: { 'Idempotency-Key': key.value } },
      body: {
        kind: kind.kind,
        practice,
        ...(name ? { name } : {}),
        ...(practice ? {} : readKindValues(kind, form)),
      },
    });
  };

  return (
    <Dialog title={t('connectTitle')} isOpen onOpenChange={(open) => !open && onClose()}>
      <Form onSubmit={submit} validationErrors={fieldErrors(problem)}>
        <DialogBody>
          <RadioGroup
            aria-label={t('network')}
            value={chosen}
            onChange={(value) => {
              choose(value);
              startOver();
            }}
            className="grid grid-cols-2 gap-2 max-[360px]:grid-cols-1"
          >
            {kinds.map((k) => (
              <Radio key={k.kind} value={k.kind} className={choiceLook}>
                <NetworkBadge kind={k.kind} />
                {k.title}
              </Radio>
            ))}
          </RadioGroup>
          <Segmented
            label={t('world')}
            value={world}
            onChange={(value) => {
              setWorld(value);
              startOver();
            }}
            items={[
              { id: 'real', label: t('worldReal') },
              { id: 'practice', label: t('worldPractice') },
            ]}
            stretch
          />
          {problem && <ProblemNotice problem={problem} />}
          {practice && <p className="text-sm text-ink-2">{t('practiceWhat')}</p>}
          {kind && byPage && <NetworkPagePanel network={kind.title} page={page} onPaste={() => paste(true)} />}
          {kind && !practice && !byPage && (
            <div key={kind.kind} className="space-y-4">
              <KindFields kind={kind} />
              {kind.docs_url && <Docs kind={kind} />}
              {page.lacking && <LackingKeys network={kind.title} callbackUrl={page.lacking} />}
            </div>
          )}
          {!byPage && <Field name="name" label={t('name')} help={t('nameHelp')} maxLength={120} />}
        </DialogBody>
        <DialogFooter>
          <Button onPress={onClose}>{t('cancel')}</Button>
          {!byPage && (
            <Button type="submit" variant="primary" isPending={create.isPending}>
              {practice ? t('practiceVerb') : create.isPending ? t('connecting') : t('connectVerb')}
            </Button>
          )}
        </DialogFooter>
      </Form>
    </Dialog>
  );
}

function Docs({ kind }: { kind: Kind }) {
  const t = useTranslations('channels');
  return (
    <a
      href={kind.docs_url}
      target="_blank"
      rel="noreferrer"
      className="inline-flex items-center gap-1 rounded text-sm font-medium text-accent-ink underline underline-offset-2"
    >
      {t('docs', { kind: kind.title })}
      <ExternalLink size={13} aria-label={t('newTab')} />
    </a>
  );
}
