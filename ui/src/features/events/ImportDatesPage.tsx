import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { FileUp } from 'lucide-react';
import { useState } from 'react';
import { FileTrigger, Form } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { channelsQuery, kindsQuery } from '../../api/channels';
import { $api } from '../../api/client';
import { type RecurrenceImport, recurrenceQuery, tookRecurrence } from '../../api/events';
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
import { ImportLines } from './ImportLines';
import { RecurrenceFields } from './RecurrenceFields';
import { announcing, emptyRecurrence, type RecurrenceForm } from './recurrenceForm';

const route = getRouteApi('/signed-in/recurrences/import');

export const ImportDatesPage = () => (
  <EventsMessages>
    <Page />
  </EventsMessages>
);

type DatesFile = { name: string; format: 'ics' | 'csv'; content: string };

function Page() {
  const t = useTranslations('recurrences');
  const navigate = useNavigate();
  const { into } = route.useSearch();
  const { commune } = useSession();
  const { channels } = useSuspenseQuery(channelsQuery).data;
  const { kinds } = useSuspenseQuery(kindsQuery).data;
  const target = useQuery({ ...recurrenceQuery(into ?? ''), enabled: into !== undefined }).data;
  const today = wallOf(new Date().toISOString(), commune.zone).slice(0, 10);
  const [form, setForm] = useState<RecurrenceForm>(() => emptyRecurrence(defaultChannels(channels, kinds), today));
  const [file, setFile] = useState<DatesFile | null>(null);
  const check = $api.useMutation('post', '/recurrences/import');
  const take = $api.useMutation('post', '/recurrences/import', {
    onSuccess: ({ recurrence }) => {
      if (!recurrence) return;
      tookRecurrence(recurrence);
      say(t('imported'));
      void navigate({ to: '/recurrences/$id', params: { id: recurrence.id } });
    },
  });
  const body = (dry_run: boolean): RecurrenceImport => ({
    format: file?.format ?? 'ics',
    content: file?.content ?? '',
    dry_run,
    ...(into ? { recurrence_id: into } : { recurrence: announcing(form) }),
  });
  const choose = async (chosen: File | undefined) => {
    if (!chosen) return;
    const content = await chosen.text();
    const format = /\.csv$/i.test(chosen.name) || !content.includes('BEGIN:VCALENDAR') ? 'csv' : 'ics';
    setFile({ name: chosen.name, format, content });
    check.reset();
    // A calendar has a name: it is proposed for what has none.
    const name = /^X-WR-CALNAME:(.+)$/m.exec(content)?.[1]?.trim();
    if (name) setForm((now) => (now.name === '' ? { ...now, name } : now));
  };
  const set = (changed: Partial<RecurrenceForm>) => {
    setForm((now) => ({ ...now, ...changed }));
    // What was checked is no longer what would be imported.
    check.reset();
  };
  const failed = take.error ?? check.error;
  const problem = failed ? toProblem(failed) : null;
  const fresh = check.data?.lines.filter((l) => l.state === 'new').length ?? 0;
  const changes = check.data?.lines.some((l) => l.state === 'new' || l.state === 'gone') ?? false;
  return (
    <>
      <PageHead
        title={t('importTitle')}
        sub={target?.name}
        back={<BackLink to="/recurrences" label={t('backToList')} />}
      />
      <Form
        className="mx-auto max-w-[920px] space-y-4 p-4 lg:p-6"
        validationErrors={Object.fromEntries(
          Object.entries(fieldErrors(problem)).map(([k, v]) => [k.replace(/^recurrence\./, ''), v]),
        )}
        onSubmit={(e) => {
          e.preventDefault();
          if (file && !check.isPending) check.mutate({ body: body(true) });
        }}
      >
        <Panel title={t('file')}>
          <div className="flex flex-wrap items-center gap-3 px-4 pb-4">
            <FileTrigger
              acceptedFileTypes={['.ics', '.csv', 'text/calendar', 'text/csv']}
              onSelect={(files) => void choose(files?.[0])}
            >
              <Button>
                <FileUp size={17} aria-hidden />
                {t('chooseFile')}
              </Button>
            </FileTrigger>
            <p className="min-w-0 flex-1 basis-60 text-sm text-ink-2">
              {file ? <span className="font-semibold text-ink">{file.name}</span> : t('fileHelp')}
            </p>
          </div>
        </Panel>
        {!into && (
          <Panel title={t('theInformation')}>
            <RecurrenceFields form={form} set={set} byRule={false} />
          </Panel>
        )}
        {problem && (
          <ProblemNotice problem={problem}>
            {problem.code === 'file_known' && (
              <Link to="/recurrences" className="rounded font-semibold text-accent-ink underline underline-offset-2">
                {t('backToList')}
              </Link>
            )}
          </ProblemNotice>
        )}
        {check.data && <ImportLines result={check.data} />}
        <div className="flex flex-wrap justify-end gap-2">
          <Button type="submit" isDisabled={!file} isPending={check.isPending} className="max-lg:h-11 max-lg:flex-1">
            {t('check')}
          </Button>
          <Button
            variant="primary"
            isDisabled={!changes}
            isPending={take.isPending}
            onPress={() => take.mutate({ body: body(false) })}
            className="max-lg:h-11 max-lg:flex-1"
          >
            {check.data ? t('importDates', { n: fresh }) : t('importTitle')}
          </Button>
        </div>
      </Form>
    </>
  );
}
