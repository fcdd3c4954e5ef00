import { type FormEvent, useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { fieldErrors } from '../../api/problem';
import type { Channel, Kind } from '../../api/types';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { ConfirmByName, GoLiveFacts } from './ConfirmByName';
import { KindFields, readKindValues } from './KindFields';
import { NetworkPagePanel } from './NetworkPagePanel';
import { useGoLive } from './useGoLive';
import { usePageOf } from './usePageOf';

/** From the simulated network to the real one, deliberately. */
export function GoLiveDialog({ channel, kind, onClose }: { channel: Channel; kind: Kind; onClose: () => void }) {
  const t = useTranslations('goLive');
  const words = useTranslations('channels');
  const page = usePageOf(kind.kind);
  const [pasting, paste] = useState(false);
  const { goLive, isPending, problem } = useGoLive(channel, onClose);
  const byForm = !page.ready || pasting;

  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    if (isPending || !byForm) return;
    goLive(readKindValues(kind, new FormData(e.currentTarget)));
  };

  return (
    <Dialog
      title={t('title', { name: words('who', { name: channel.name, network: kind.title }) })}
      isOpen
      onOpenChange={(open) => !open && onClose()}
      alert
    >
      <Form onSubmit={submit} validationErrors={fieldErrors(problem)}>
        <DialogBody>
          <GoLiveFacts name={channel.name} />
          {problem && <ProblemNotice problem={problem} />}
          {byForm ? (
            <>
              <KindFields kind={kind} />
              <ConfirmByName name={channel.name} />
            </>
          ) : (
            <NetworkPagePanel network={kind.title} page={page} channelId={channel.id} onPaste={() => paste(true)} />
          )}
        </DialogBody>
        <DialogFooter>
          <Button autoFocus onPress={onClose}>
            {t('stay')}
          </Button>
          {byForm && (
            <Button type="submit" variant="primary" isPending={isPending}>
              {t('verb')}
            </Button>
          )}
        </DialogFooter>
      </Form>
    </Dialog>
  );
}
