import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Siren } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { toProblem } from '../../api/problem';
import { acceptSession, isAdministrator, mayAlert, useSession } from '../../api/session';
import { preferencesQuery, systemQuery } from '../../api/system';
import { AllMessages } from '../../i18n/rest';
import { PageHead } from '../../shell/PageHead';
import { buttonLook } from '../../ui/Button';
import { Panel } from '../../ui/Panel';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { Toggle } from '../../ui/Toggle';
import { say } from '../../ui/toast';

export const SettingsPage = () => (
  <AllMessages>
    <Settings />
  </AllMessages>
);

function Settings() {
  const t = useTranslations('settings');
  const session = useSession();
  const { mail_configured } = useSuspenseQuery(systemQuery).data;
  return (
    <>
      <PageHead title={t('title')} sub={session.commune.name} />
      <div className="mx-auto max-w-[720px] space-y-5 p-4 lg:p-6">
        <Account />
        {mail_configured && <Mail />}
        {isAdministrator(session) && <Resend />}
        {mayAlert(session) && (
          <Panel title={t('alerts')}>
            <div className="flex flex-wrap items-center justify-between gap-3 border-t border-line px-4 py-4">
              <p className="min-w-0 flex-1 basis-64 text-sm text-ink-2">{t('alertsHint')}</p>
              <Link to="/crisis/history" className={buttonLook('ghost')}>
                {t('pastAlerts')}
              </Link>
              <Link to="/settings/alerts" className={buttonLook()}>
                <Siren size={17} aria-hidden />
                {t('openAlerts')}
              </Link>
            </div>
          </Panel>
        )}
      </div>
    </>
  );
}

function Account() {
  const t = useTranslations('settings');
  const role = useTranslations('role');
  const { user, commune } = useSession();
  return (
    <Panel title={t('account')}>
      <dl className="grid gap-x-6 gap-y-2 border-t border-line px-4 py-4 text-sm sm:grid-cols-[auto_1fr]">
        {(
          [
            ['name', user.name],
            ['email', user.email],
            ['role', role(user.role)],
            ['commune', commune.name],
            ['zone', commune.zone],
          ] as const
        ).map(([key, value]) => (
          <div key={key} className="contents max-sm:block">
            <dt className="text-ink-2">{t(key)}</dt>
            <dd className="font-medium break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

function Mail() {
  const t = useTranslations('settings');
  const { user } = useSession();
  const { data } = useSuspenseQuery(preferencesQuery);
  const save = $api.useMutation('patch', '/preferences', {
    onSuccess: (preferences) => {
      queryClient.setQueryData(preferencesQuery.queryKey, preferences);
      say(t('saved'));
    },
  });
  return (
    <Panel title={t('notices')}>
      <div className="space-y-3 border-t border-line px-4 py-4">
        <p className="text-sm text-ink-2">{t('noticesHint')}</p>
        <Toggle
          label={t('mail')}
          help={t('mailTo', { email: user.email })}
          isSelected={save.isPending ? (save.variables.body.mail_notices ?? data.mail_notices) : data.mail_notices}
          isDisabled={save.isPending}
          onChange={(mail_notices) => save.mutate({ body: { mail_notices } })}
        />
        {save.error && <ProblemNotice problem={toProblem(save.error)} />}
      </div>
    </Panel>
  );
}

function Resend() {
  const t = useTranslations('settings');
  const session = useSession();
  const { commune } = session;
  const save = $api.useMutation('patch', '/commune', {
    onSuccess: (changed) => {
      acceptSession({ ...session, commune: changed });
      say(t('saved'));
    },
  });
  return (
    <Panel title={t('sending')}>
      <div className="space-y-3 border-t border-line px-4 py-4">
        <Toggle
          label={t('ask')}
          help={t('askHint')}
          isSelected={
            save.isPending
              ? (save.variables.body.ask_before_resend ?? commune.ask_before_resend)
              : commune.ask_before_resend
          }
          isDisabled={save.isPending}
          onChange={(ask_before_resend) => save.mutate({ body: { ask_before_resend } })}
        />
        {save.error && <ProblemNotice problem={toProblem(save.error)} />}
      </div>
    </Panel>
  );
}
