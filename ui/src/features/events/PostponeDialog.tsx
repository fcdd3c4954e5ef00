import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { $api } from '../../api/client';
import { type AgendaEvent, tookEvent } from '../../api/events';
import { toProblem } from '../../api/problem';
import { Field } from '../../ui/Field';
import { Segmented } from '../../ui/Segmented';
import { say } from '../../ui/toast';
import { ChangeDialog, type Telling, toldOf } from './ChangeDialog';

/** Another date, or none that is known yet. */
export function PostponeDialog({
  event,
  onClose,
  onDone,
}: {
  event: AgendaEvent;
  onClose: () => void;
  onDone: (event: AgendaEvent) => void;
}) {
  const t = useTranslations('events');
  const [known, setKnown] = useState<'date' | 'later'>('date');
  const [day, setDay] = useState('');
  const [from, setFrom] = useState(event.all_day ? '' : event.starts_at.slice(11, 16));
  const postpone = $api.useMutation('post', '/events/{id}/postpone', {
    onSuccess: (done) => {
      tookEvent(done);
      say(t('postponedToast', { title: done.title }));
      onDone(done);
    },
  });
  const bodyOf = (telling: Telling) => ({
    ...(known === 'date' ? { starts_at: event.all_day ? day : `${day}T${from}` } : {}),
    ...toldOf(telling),
  });
  const complete = known === 'later' || (day !== '' && (event.all_day || from !== ''));
  return (
    <ChangeDialog
      title={t('postponeTitle', { title: event.title })}
      verb={t('postponeVerb')}
      event={event}
      announced
      changeOf={(telling) => (complete ? { action: 'postpone', postpone: bodyOf(telling) } : null)}
      act={(telling, version) =>
        postpone.mutate({ params: { path: { id: event.id } }, body: { ...bodyOf(telling), version } })
      }
      isPending={postpone.isPending}
      problem={postpone.error ? toProblem(postpone.error) : null}
      onClose={onClose}
    >
      <Segmented
        label={t('newDate')}
        value={known}
        onChange={setKnown}
        items={[
          { id: 'date', label: t('newDateKnown') },
          { id: 'later', label: t('newDateLater') },
        ]}
      />
      {known === 'date' && (
        <div className="grid grid-cols-2 gap-3">
          <Field label={t('newDay')} type="date" isRequired value={day} onChange={setDay} />
          {!event.all_day && <Field label={t('from')} type="time" isRequired value={from} onChange={setFrom} />}
          {event.other_dates.length > 0 && <p className="col-span-2 text-sm text-ink-2">{t('othersFollow')}</p>}
        </div>
      )}
    </ChangeDialog>
  );
}
