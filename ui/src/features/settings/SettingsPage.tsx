import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Siren, Sparkles } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { toProblem } from '../../api/problem';
import { acceptSession, isAdministrator, mayAlert, useSession } from '../../api/session';
import { preferencesQuery, systemQuery } from '../../api/system';
import { ConnectMessages } from '../../i18n/connect';
import { PageHead } from '../../shell/PageHead';
import { buttonLook } from '../../ui/Button';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { Toggle } from '../../ui/Toggle';
import { say } from '../../ui/toast';
import { BackupPanel } from './BackupPanel';
import { CommuneForm } from './CommuneForm';
import { DisplayPanel } from './DisplayPanel';
import { FeedPanel } from './FeedPanel';
import { Section } from './Section';
import { SignaturePanel } from './SignaturePanel';
import { SlotsPanel } from './SlotsPanel';

export const SettingsPage = () => (
  <ConnectMessages>
    <Settings />
  </ConnectMessages>
);

function Settings() {
  const t = useTranslations('settings');
  const session = useSession();
  const administrator = isAdministrator(session);
  const { mail_configured } = useSuspenseQuery(systemQuery).data;
  const parts = [
    { id: 'account', name: t('account'), shown: true, part: <Account /> },
    { id: 'commune', name: t('commune'), shown: administrator, part: <Commune /> },
    { id: 'slots', name: t('slots'), shown: administrator, part: <SlotsPanel /> },
    { id: 'signature', name: t('signature'), shown: administrator, part: <SignaturePanel /> },
    { id: 'feed', name: t('feed'), shown: true, part: <FeedPanel /> },
    { id: 'notices', name: t('notices'), shown: mail_configured, part: <Mail /> },
    { id: 'display', name: t('display'), shown: true, part: <DisplayPanel /> },
    { id: 'alerts', name: t('alerts'), shown: mayAlert(session), part: <Alerts /> },
    { id: 'backup', name: t('backup'), shown: administrator, part: <BackupPanel /> },
  ].filter((p) => p.shown);
  return (
    <>
      <PageHead title={t('title')} sub={session.commune.name}>
        {administrator && (
          <Link to="/welcome" aria-label={t('firstSteps')} className={buttonLook('ghost')}>
            <Sparkles size={17} aria-hidden />
            <span className="max-sm:hidden">{t('firstSteps')}</span>
          </Link>
        )}
      </PageHead>
      <div className="mx-auto flex max-w-[960px] items-start gap-6 p-4 lg:p-6">
        <nav aria-label={t('parts')} className="sticky top-[92px] hidden w-48 shrink-0 lg:block">
          <ul className="space-y-0.5">
            {parts.map(({ id, name }) => (
              <li key={id}>
                <Link
                  to="/settings"
                  hash={id}
                  className="flex min-h-9 items-center rounded-md px-3 text-sm font-medium text-ink-2 hover:bg-sunken hover:text-ink"
                >
                  {name}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <div className="min-w-0 flex-1 space-y-5">
          {parts.map(({ id, part }) => (
            <div key={id}>{part}</div>
          ))}
        </div>
      </div>
    </>
  );
}

function Account() {
  const t = useTranslations('settings');
  const role = useTranslations('role');
  const { user } = useSession();
  return (
    <Section id="account" title={t('account')}>
      <dl className="grid gap-x-6 gap-y-2 text-sm sm:grid-cols-[auto_1fr]">
        {(
          [
            ['name', user.name],
            ['email', user.email],
            ['role', role(user.role)],
          ] as const
        ).map(([key, value]) => (
          <div key={key} className="contents max-sm:block">
            <dt className="text-ink-2">{t(key)}</dt>
            <dd className="font-medium break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function Commune() {
  const t = useTranslations('settings');
  return (
    <Section id="commune" title={t('commune')}>
      <CommuneForm verb={t('save')} />
      <Resend />
    </Section>
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
    <div className="space-y-3 border-t border-line pt-4">
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
    <Section id="notices" title={t('notices')} hint={t('noticesHint')}>
      <Toggle
        label={t('mail')}
        help={t('mailTo', { email: user.email })}
        isSelected={save.isPending ? (save.variables.body.mail_notices ?? data.mail_notices) : data.mail_notices}
        isDisabled={save.isPending}
        onChange={(mail_notices) => save.mutate({ body: { mail_notices } })}
      />
      {save.error && <ProblemNotice problem={toProblem(save.error)} />}
    </Section>
  );
}

function Alerts() {
  const t = useTranslations('settings');
  return (
    <Section id="alerts" title={t('alerts')} hint={t('alertsHint')}>
      <div className="flex flex-wrap gap-2">
        <Link to="/settings/alerts" className={buttonLook()}>
          <Siren size={17} aria-hidden />
          {t('openAlerts')}
        </Link>
        <Link to="/crisis/history" className={buttonLook('ghost')}>
          {t('pastAlerts')}
        </Link>
      </div>
    </Section>
  );
}
