import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { channelsQuery, kindsQuery } from '../../api/channels';
import { $api } from '../../api/client';
import { recipesQuery, tookEvent } from '../../api/events';
import { IdempotencyKey } from '../../api/idempotency';
import { fieldErrors, toProblem } from '../../api/problem';
import { EventsMessages } from '../../i18n/events';
import { PageHead } from '../../shell/PageHead';
import { Button } from '../../ui/Button';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { defaultChannels } from '../composer/state';
import { BackLink } from './BackLink';
import { Columns } from './Columns';
import { EventFields } from './EventFields';
import { type EventForm, emptyForm, gapsOf, newEvent } from './form';
import { Gaps } from './Gaps';
import { SeriesPane } from './SeriesPane';
import { usePlan } from './usePlan';

const route = getRouteApi('/signed-in/events/new');

export const NewEventPage = () => (
  <EventsMessages>
    <Page />
  </EventsMessages>
);

function Page() {
  const t = useTranslations('events');
  const { day } = route.useSearch();
  const navigate = useNavigate();
  const { channels } = useSuspenseQuery(channelsQuery).data;
  const { kinds } = useSuspenseQuery(kindsQuery).data;
  const { recipes } = useSuspenseQuery(recipesQuery).data;
  const [form, setForm] = useState<EventForm>(() => emptyForm(defaultChannels(channels, kinds), day));
  const set = (changed: Partial<EventForm> | ((form: EventForm) => Partial<EventForm>)) =>
    setForm((now) => ({ ...now, ...(typeof changed === 'function' ? changed(now) : changed) }));
  const plan = usePlan(form);
  const [asked, ask] = useState(false);
  const [key] = useState(() => IdempotencyKey.fresh());
  const create = $api.useMutation('post', '/events', {
    onSuccess: (event) => {
      tookEvent(event);
      say(t('scheduled', { n: event.announcements?.length ?? 0 }));
      void navigate({ to: '/events/$id', params: { id: event.id } });
    },
    onError: (error) => key.refused(toProblem(error)),
  });
  const problem = create.error ? toProblem(create.error) : null;
  const gaps = asked ? gapsOf(form) : [];
  const submit = () => {
    ask(true);
    if (gapsOf(form).length > 0 || create.isPending) return;
    create.mutate({ params: { header: { 'Idempotency-Key': key.value } }, body: newEvent(form) });
  };
  const usual =
    (recipes.find((r) => r.category === form.category) ?? recipes.find((r) => r.category === ''))?.steps ?? [];
  const count = plan.data?.announcements.length ?? 0;
  return (
    <div className="flex min-h-dvh flex-col lg:h-full lg:min-h-0">
      <PageHead title={t('newTitle')} sub={t('newSub')} back={<BackLink to="/events" label={t('backToEvents')} />} />
      <Columns
        left={
          <Form
            validationErrors={fieldErrors(problem)}
            onSubmit={(e) => {
              e.preventDefault();
              submit();
            }}
          >
            <EventFields form={form} set={set} />
          </Form>
        }
        right={<SeriesPane form={form} set={set} plan={plan} usual={usual} />}
        foot={
          <>
            <div className="mr-auto min-w-0 basis-full empty:hidden lg:basis-auto">
              {gaps.length > 0 ? (
                <Gaps gaps={gaps} />
              ) : problem ? (
                <ProblemNotice problem={problem} />
              ) : (
                <p className="text-sm text-ink-2 max-lg:hidden">{t('newFoot')}</p>
              )}
            </div>
            <Button
              variant="primary"
              isPending={create.isPending}
              onPress={submit}
              className="max-lg:h-11 max-lg:flex-1"
            >
              {count === 0 && plan.fresh ? t('saveOnly') : t('schedule')}
              {count > 0 && (
                <span className="rounded-full bg-on-accent/20 px-1.5 text-xs leading-5">
                  <span aria-hidden>{count}</span>
                  <span className="sr-only">{t('announcements', { n: count })}</span>
                </span>
              )}
            </Button>
          </>
        }
      />
    </div>
  );
}
