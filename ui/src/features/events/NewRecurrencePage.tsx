import { useSuspenseQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { channelsQuery, kindsQuery } from '../../api/channels';
import { $api } from '../../api/client';
import { tookRecurrence } from '../../api/events';
import { IdempotencyKey } from '../../api/idempotency';
import { fieldErrors, toProblem } from '../../api/problem';
import { useSession } from '../../api/session';
import { wallOf } from '../../data/wall';
import { EventsMessages } from '../../i18n/events';
import { PageHead } from '../../shell/PageHead';
import { Button } from '../../ui/Button';
import { Panel } from '../../ui/Panel';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { defaultChannels } from '../composer/state';
import { BackLink } from './BackLink';
import { RecurrenceFields } from './RecurrenceFields';
import { emptyRecurrence, newRecurrence, type RecurrenceForm } from './recurrenceForm';

export const NewRecurrencePage = () => (
  <EventsMessages>
    <Page />
  </EventsMessages>
);

function Page() {
  const t = useTranslations('recurrences');
  const navigate = useNavigate();
  const { commune } = useSession();
  const { channels } = useSuspenseQuery(channelsQuery).data;
  const { kinds } = useSuspenseQuery(kindsQuery).data;
  const today = wallOf(new Date().toISOString(), commune.zone).slice(0, 10);
  const [form, setForm] = useState<RecurrenceForm>(() => emptyRecurrence(defaultChannels(channels, kinds), today));
  const [key] = useState(() => IdempotencyKey.fresh());
  const create = $api.useMutation('post', '/recurrences', {
    onSuccess: (made) => {
      tookRecurrence(made);
      say(t('created'));
      void navigate({ to: '/recurrences/$id', params: { id: made.id } });
    },
    onError: (error) => key.refused(toProblem(error)),
  });
  const problem = create.error ? toProblem(create.error) : null;
  return (
    <>
      <PageHead title={t('newTitle')} back={<BackLink to="/recurrences" label={t('backToList')} />} />
      <Form
        className="mx-auto max-w-[720px] space-y-4 p-4 lg:p-6"
        validationErrors={fieldErrors(problem)}
        onSubmit={(e) => {
          e.preventDefault();
          if (!create.isPending)
            create.mutate({ params: { header: { 'Idempotency-Key': key.value } }, body: newRecurrence(form) });
        }}
      >
        <Panel title={t('theInformation')}>
          <RecurrenceFields form={form} set={(changed) => setForm((now) => ({ ...now, ...changed }))} byRule />
        </Panel>
        {problem && <ProblemNotice problem={problem} />}
        <div className="flex justify-end">
          <Button variant="primary" type="submit" isPending={create.isPending} className="max-lg:h-11 max-lg:flex-1">
            {t('create')}
          </Button>
        </div>
      </Form>
    </>
  );
}
