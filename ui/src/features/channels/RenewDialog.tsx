import { type FormEvent, useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { fieldErrors, toProblem } from '../../api/problem';
import type { Channel, Kind } from '../../api/types';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { KindFields, readKindValues } from './KindFields';
import { NetworkPagePanel } from './NetworkPagePanel';
import { usePageOf } from './usePageOf';

/** New credentials for an account that is connected already. What is scheduled there stays. */
export function RenewDialog({ channel, kind, onClose }: { channel: Channel; kind: Kind; onClose: () => void }) {
  const t = useTranslations('channels');
  const page = usePageOf(kind.kind);
  const [pasting, paste] = useState(false);
  const update = $api.useMutation('patch', '/channels/{id}', {
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['get', '/channels'] });
      say(t('renewed', { name: channel.name }));
      onClose();
    },
  });
  const problem = update.error ? toProblem(update.error) : null;
  const byForm = !page.ready || pasting;

  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    if (update.isPending || !byForm) return;
    const form = new FormData(e.currentTarget);
    update.mutate({ params: { path: { id: channel.id } }, body: readKindValues(kind, form) });
  };

  return (
    <Dialog title={t('renewTitle', { name: channel.name })} isOpen onOpenChange={(open) => !open && onClose()}>
      <Form onSubmit={submit} validationErrors={fieldErrors(problem)}>
        <DialogBody>
          <p className="text-sm text-ink-2">{t('renewWhat')}</p>
          {problem && <ProblemNotice problem={problem} />}
          {byForm ? (
            <KindFields kind={kind} settings={channel.settings} />
          ) : (
            <NetworkPagePanel network={kind.title} page={page} channelId={channel.id} onPaste={() => paste(true)} />
          )}
        </DialogBody>
        <DialogFooter>
          <Button onPress={onClose}>{t('cancel')}</Button>
          {byForm && (
            <Button type="submit" variant="primary" isPending={update.isPending}>
              {t('renewVerb')}
            </Button>
          )}
        </DialogFooter>
      </Form>
    </Dialog>
  );
}
