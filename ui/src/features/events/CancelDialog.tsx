import { useTranslations } from 'use-intl';
import { $api } from '../../api/client';
import { type AgendaEvent, tookEvent } from '../../api/events';
import { toProblem } from '../../api/problem';
import { say } from '../../ui/toast';
import { ChangeDialog, toldOf } from './ChangeDialog';

/** Calls an event off: its series stops, and people are told. */
export function CancelDialog({
  event,
  onClose,
  onDone,
}: {
  event: AgendaEvent;
  onClose: () => void;
  onDone: (event: AgendaEvent) => void;
}) {
  const t = useTranslations('events');
  const cancel = $api.useMutation('post', '/events/{id}/cancel', {
    onSuccess: (done) => {
      tookEvent(done);
      say(t('cancelledToast', { title: done.title }));
      onDone(done);
    },
  });
  return (
    <ChangeDialog
      title={t('cancelTitle', { title: event.title })}
      verb={t('cancelVerb')}
      event={event}
      danger
      announced
      changeOf={(telling) => ({ action: 'cancel', cancel: toldOf(telling) })}
      act={(telling, version) =>
        cancel.mutate({ params: { path: { id: event.id } }, body: { ...toldOf(telling), version } })
      }
      isPending={cancel.isPending}
      problem={cancel.error ? toProblem(cancel.error) : null}
      onClose={onClose}
    >
      <p>{t('cancelHelp')}</p>
    </ChangeDialog>
  );
}
