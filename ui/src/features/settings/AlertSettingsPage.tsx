import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { crisisQuery, crisisSettingsQuery, templatesQuery, usersQuery } from '../../api/crisis';
import { toProblem } from '../../api/problem';
import { isAdministrator, useSession } from '../../api/session';
import type { CrisisSettings } from '../../api/types';
import { CrisisMessages } from '../../i18n/crisis';
import { PageHead } from '../../shell/PageHead';
import { Panel } from '../../ui/Panel';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { Segmented } from '../../ui/Segmented';
import { Toggle } from '../../ui/Toggle';
import { say } from '../../ui/toast';
import { ProofForm } from '../crisis/ProofForm';
import { ContactsPanel } from './ContactsPanel';
import { TemplatePanel } from './TemplatePanel';

export const AlertSettingsPage = () => (
  <CrisisMessages>
    <AlertSettings />
  </CrisisMessages>
);

/** What is prepared on a quiet day: whom to call, who may raise an alert, and the words. */
function AlertSettings() {
  const t = useTranslations('alertSettings');
  const session = useSession();
  const administrator = isAdministrator(session);
  const { data: settings } = useSuspenseQuery(crisisSettingsQuery);
  const { templates } = useSuspenseQuery(templatesQuery).data;
  return (
    <>
      <PageHead
        title={t('title')}
        sub={session.commune.name}
        back={
          <Link
            to="/settings"
            aria-label={t('back')}
            className="-ml-1 grid size-9 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-sunken max-lg:size-11"
          >
            <ArrowLeft size={20} aria-hidden />
          </Link>
        }
      />
      <div className="mx-auto max-w-[820px] space-y-5 p-4 lg:p-6">
        <ContactsPanel settings={settings} editable={administrator} />
        {administrator && (
          <>
            <Rules settings={settings} />
            <Roles />
          </>
        )}
        <Panel title={t('templates')}>
          <p className="border-t border-line px-4 pt-3 text-sm text-ink-2">{t('templatesHint')}</p>
          <ul className="divide-y divide-line px-4 pb-2">
            {templates.map((template) => (
              <TemplatePanel key={template.hazard} template={template} />
            ))}
          </ul>
        </Panel>
      </div>
    </>
  );
}

const EVERY = [0, 90, 180, 366] as const;

function Rules({ settings }: { settings: CrisisSettings }) {
  const t = useTranslations('alertSettings');
  const proof = useQuery(crisisQuery).data?.proof_needed ?? false;
  const [asked, ask] = useState(false);
  const save = $api.useMutation('put', '/crisis/settings', {
    onSuccess: (saved) => {
      queryClient.setQueryData(crisisSettingsQuery.queryKey, saved);
      void queryClient.invalidateQueries({ queryKey: crisisQuery.queryKey });
      ask(false);
      say(t('saved'));
    },
    onError: (error) => {
      if (toProblem(error).code === 'step_up_needed') ask(true);
    },
  });
  const put = (changed: Partial<CrisisSettings>) => save.mutate({ body: { ...settings, ...changed } });
  const problem = save.error ? toProblem(save.error) : null;
  const every = EVERY.find((days) => days >= settings.exercise_every) ?? 366;
  return (
    <Panel title={t('rules')}>
      <div className="space-y-5 border-t border-line px-4 py-4">
        <Toggle
          label={t('secondPerson')}
          help={t('secondPersonHelp')}
          isSelected={
            save.isPending ? (save.variables.body.second_person ?? settings.second_person) : settings.second_person
          }
          isDisabled={save.isPending}
          onChange={(second_person) => put({ second_person })}
        />
        {asked && proof && <ProofForm />}
        {problem && !(asked && proof) && <ProblemNotice problem={problem} />}
        <div>
          <p className="font-semibold">{t('every')}</p>
          <p className="mb-2 text-sm text-ink-2">{t('everyHelp')}</p>
          <div className="-m-0.5 overflow-x-auto p-0.5">
            <Segmented
              label={t('every')}
              value={every}
              onChange={(exercise_every) => put({ exercise_every })}
              items={EVERY.map((days) => ({ id: days, label: t('everyDays', { days }) }))}
            />
          </div>
        </div>
      </div>
    </Panel>
  );
}

function Roles() {
  const t = useTranslations('alertSettings');
  const users = useQuery(usersQuery).data?.users ?? [];
  const save = $api.useMutation('patch', '/users/{id}', {
    onSuccess: () => say(t('saved')),
    onSettled: () => queryClient.invalidateQueries({ queryKey: usersQuery.queryKey }),
  });
  return (
    <Panel title={t('roles')}>
      <div className="border-t border-line px-4 py-2">
        <ul className="divide-y divide-line">
          {users.map((u) => (
            <li key={u.id} className="py-3">
              <Toggle
                label={u.name}
                help={u.role === 'administrator' ? t('always', { email: u.email }) : u.email}
                isSelected={u.crisis || u.role === 'administrator'}
                isDisabled={save.isPending || u.role === 'administrator'}
                onChange={(crisis) => save.mutate({ params: { path: { id: u.id } }, body: { crisis } })}
              />
            </li>
          ))}
        </ul>
        {save.error && <ProblemNotice problem={toProblem(save.error)} />}
      </div>
    </Panel>
  );
}
