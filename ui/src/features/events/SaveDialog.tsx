import { useTranslations } from 'use-intl';
import { $api } from '../../api/client';
import { type AgendaEvent, type EventPatch, tookEvent } from '../../api/events';
import { type Problem, toProblem } from '../../api/problem';
import { say } from '../../ui/toast';
import { ChangeDialog, toldOf } from './ChangeDialog';

/** Saves what was changed, once its consequences were seen. */
export function SaveDialog({
  event,
  patch,
  onClose,
  onDone,
  onProblem,
}: {
  event: AgendaEvent;
  patch: Omit<EventPatch, 'announce'>;
  onClose: () => void;
  onDone: (event: AgendaEvent) => void;
  onProblem: (problem: Problem) => void;
}) {
  const t = useTranslations('events');
  const save = $api.useMutation('patch', '/events/{id}', {
    onSuccess: (done) => {
      tookEvent(done);
      say(t('savedToast'));
      onDone(done);
    },
    onError: (error) => onProblem(toProblem(error)),
  });
  return (
    <ChangeDialog
      title={t('saveTitle')}
      verb={t('saveVerb')}
      event={event}
      announced={false}
      changeOf={(telling) => ({ action: 'change', change: { ...patch, ...toldOf(telling) } })}
      act={(telling, version) =>
        save.mutate({
          params: { path: { id: event.id }, header: { 'If-Match': String(version) } },
          body: { ...patch, ...toldOf(telling) },
        })
      }
      isPending={save.isPending}
      problem={save.error ? toProblem(save.error) : null}
      onClose={onClose}
    />
  );
}
