import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { CalendarRange, CirclePause, CirclePlay, CircleStop, FileUp } from 'lucide-react';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { type Recurrence, recurrenceQuery, recurrencesQuery, tookRecurrence } from '../../api/events';
import { fieldErrors, toProblem } from '../../api/problem';
import { EventsMessages } from '../../i18n/events';
import { PageHead } from '../../shell/PageHead';
import { Button, buttonLook } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Panel } from '../../ui/Panel';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { BackLink } from './BackLink';
import { Columns } from './Columns';
import { Occurrences } from './Occurrences';
import { RecurrenceFields } from './RecurrenceFields';
import { RecurrenceTag } from './RecurrenceTag';
import { announcing, type RecurrenceForm, recurrenceFormOf, ruled } from './recurrenceForm';
import { ShiftDialog } from './ShiftDialog';
import { useRuleWords } from './useRuleWords';

const route = getRouteApi('/signed-in/recurrences/$id');

export const RecurrencePage = () => (
  <EventsMessages>
    <Page />
  </EventsMessages>
);

function Page() {
  const { id } = route.useParams();
  const { data } = useSuspenseQuery(recurrenceQuery(id));
  return <Editor key={id} recurrence={data} />;
}

function Editor({ recurrence }: { recurrence: Recurrence }) {
  const t = useTranslations('recurrences');
  const navigate = useNavigate();
  const words = useRuleWords();
  const [read, setRead] = useState(recurrence);
  const [form, setForm] = useState<RecurrenceForm>(() => recurrenceFormOf(recurrence));
  const [dialog, open] = useState<'shift' | 'end' | null>(null);
  const byRule = recurrence.rule !== null;
  const body = (of: RecurrenceForm) => ({ ...announcing(of), ...(byRule ? ruled(of) : {}) });
  const dirty = JSON.stringify(body(form)) !== JSON.stringify(body(recurrenceFormOf(read)));
  const foreign = recurrence.version !== read.version;
  const fill = (from: Recurrence) => {
    setRead(from);
    setForm(recurrenceFormOf(from));
  };
  if (foreign && !dirty) fill(recurrence);
  const update = $api.useMutation('patch', '/recurrences/{id}', {
    onSuccess: (done) => {
      tookRecurrence(done);
      fill(done);
      open(null);
      say(t('saved'));
    },
  });
  const end = $api.useMutation('delete', '/recurrences/{id}', {
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: recurrencesQuery.queryKey });
      say(t('endedToast', { name: recurrence.name }));
      void navigate({ to: '/recurrences' });
    },
  });
  const params = { path: { id: recurrence.id }, header: { 'If-Match': String(recurrence.version) } };
  const problem = update.error ? toProblem(update.error) : null;
  const ended = recurrence.status === 'ended';
  const paused = recurrence.status === 'paused';
  return (
    <div className="flex min-h-dvh flex-col lg:h-full lg:min-h-0">
      <PageHead
        title={recurrence.name}
        sub={words(recurrence)}
        back={<BackLink to="/recurrences" label={t('backToList')} />}
      />
      <Columns
        left={
          <>
            <div className="flex flex-wrap items-center gap-2">
              <RecurrenceTag status={recurrence.status} />
              {recurrence.shift_days !== 0 && (
                <span className="text-sm text-ink-2">{t('shifted', { n: recurrence.shift_days })}</span>
              )}
            </div>
            {!ended && (
              <div className="flex flex-wrap gap-2">
                <Button onPress={() => open('shift')}>
                  <CalendarRange size={17} aria-hidden />
                  {t('shift')}
                </Button>
                <Button
                  isPending={update.isPending}
                  onPress={() => update.mutate({ params, body: { status: paused ? 'active' : 'paused' } })}
                >
                  {paused ? <CirclePlay size={17} aria-hidden /> : <CirclePause size={17} aria-hidden />}
                  {paused ? t('resume') : t('pause')}
                </Button>
                {!byRule && (
                  <Link to="/recurrences/import" search={{ into: recurrence.id }} className={buttonLook()}>
                    <FileUp size={17} aria-hidden />
                    {t('importInto')}
                  </Link>
                )}
                <Button onPress={() => open('end')}>
                  <CircleStop size={17} aria-hidden />
                  {t('end')}
                </Button>
              </div>
            )}
            {!ended && (
              <Form validationErrors={fieldErrors(problem)} onSubmit={(e) => e.preventDefault()}>
                <Panel title={t('theInformation')}>
                  <RecurrenceFields
                    form={form}
                    set={(changed) => setForm((now) => ({ ...now, ...changed }))}
                    byRule={byRule}
                  />
                </Panel>
              </Form>
            )}
          </>
        }
        right={<Occurrences recurrence={recurrence} />}
        foot={
          ended ? null : (
            <>
              <div className="mr-auto min-w-0 basis-full empty:hidden lg:basis-auto">
                {problem && dialog === null ? (
                  <ProblemNotice problem={problem} />
                ) : foreign ? (
                  <p className="text-sm font-semibold text-pending">{t('foreignChange')}</p>
                ) : (
                  <p className="text-sm text-ink-2">{dirty ? t('unsaved') : t('allSaved')}</p>
                )}
              </div>
              {(dirty || foreign) && <Button onPress={() => fill(recurrence)}>{t('discard')}</Button>}
              <Button
                variant="primary"
                isDisabled={!dirty || foreign}
                isPending={update.isPending}
                onPress={() => update.mutate({ params, body: body(form) })}
                className="max-lg:h-11 max-lg:flex-1"
              >
                {t('save')}
              </Button>
            </>
          )
        }
      />
      {dialog === 'shift' && (
        <ShiftDialog
          shift={recurrence.shift_days}
          isPending={update.isPending}
          problem={problem}
          onShift={(shift_days) => update.mutate({ params, body: { shift_days } })}
          onClose={() => open(null)}
        />
      )}
      <ConfirmDialog
        title={t('endTitle', { name: recurrence.name })}
        verb={t('endVerb')}
        isOpen={dialog === 'end'}
        onOpenChange={() => open(null)}
        onConfirm={() => end.mutate({ params: { path: { id: recurrence.id } } })}
        isPending={end.isPending}
        problem={end.error ? toProblem(end.error) : null}
        danger
      >
        <p>{t('endHelp')}</p>
      </ConfirmDialog>
    </div>
  );
}
