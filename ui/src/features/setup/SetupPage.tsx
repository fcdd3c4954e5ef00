import { useNavigate, useSearch } from '@tanstack/react-router';
import { FlaskConical, Plug } from 'lucide-react';
import { type FormEvent, type ReactNode, useState } from 'react';
import { Form, Radio, RadioGroup } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { fieldErrors, toProblem } from '../../api/problem';
import { acceptSession } from '../../api/session';
import type { Session } from '../../api/types';
import { LANGUAGES, useLanguage } from '../../i18n';
import { ConnectMessages } from '../../i18n/connect';
import { ownName } from '../../i18n/ownName';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Notice, ProblemNotice } from '../../ui/ProblemNotice';
import { Segmented } from '../../ui/Segmented';
import { FrontPage } from '../login/FrontPage';
import { CommuneFields, isCommuneLanguage } from '../settings/CommuneFields';
import { DEFAULT_ZONE } from '../settings/zones';
import { noteProgress } from '../welcome/progress';

const SHORTEST_PASSWORD = 12;
const LONGEST_PASSWORD = 128;

export const SetupPage = () => (
  <ConnectMessages>
    <Setup />
  </ConnectMessages>
);

/** The first start: the commune, the person who administers it, and where to begin. */
function Setup() {
  const t = useTranslations('setup');
  const { token } = useSearch({ from: '/setup' });
  const navigate = useNavigate();
  const [start, setStart] = useState('practice');
  const setup = $api.useMutation('post', '/setup', {
    onSuccess: (session: Session) => {
      queryClient.clear();
      acceptSession(session);
      // Said on this page already: the first steps go on from there.
      noteProgress(session.commune.id, { commune: 'done' });
      void navigate({ to: '/welcome' });
    },
  });
  const problem = setup.error ? toProblem(setup.error) : null;

  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    const text = (name: string) => String(form.get(name)).trim();
    const language = form.get('language');
    setup.mutate({
      body: {
        token: token ?? '',
        commune: text('commune'),
        name: text('name'),
        email: text('email'),
        password: String(form.get('password')),
        zone: text('zone'),
        practice: start === 'practice',
        ...(isCommuneLanguage(language) ? { language } : {}),
      },
    });
  };

  if (!token) {
    return (
      <FrontPage title={t('title')}>
        <Notice tone="pending">
          <p>{t('noToken')}</p>
        </Notice>
      </FrontPage>
    );
  }
  return (
    <FrontPage title={t('title')} intro={t('intro')}>
      <Spoken />
      <Form onSubmit={submit} validationErrors={fieldErrors(problem)} className="mt-6 space-y-7">
        {problem && <ProblemNotice problem={problem} />}
        <Part title={t('partCommune')}>
          <Field name="commune" label={t('commune')} help={t('communeHelp')} isRequired maxLength={120} autoFocus />
          <CommuneFields zone={DEFAULT_ZONE} language="fr-BE" />
        </Part>
        <Part title={t('partAccount')}>
          <Field name="name" label={t('name')} autoComplete="name" isRequired maxLength={120} />
          <Field name="email" type="email" label={t('email')} autoComplete="username" isRequired maxLength={254} />
          <Field
            name="password"
            type="password"
            label={t('password')}
            help={t('passwordHelp', { n: SHORTEST_PASSWORD })}
            autoComplete="new-password"
            isRequired
            minLength={SHORTEST_PASSWORD}
            maxLength={LONGEST_PASSWORD}
          />
        </Part>
        <Part title={t('partStart')}>
          <RadioGroup aria-label={t('partStart')} value={start} onChange={setStart} className="space-y-2">
            <Way
              value="practice"
              icon={<FlaskConical size={20} aria-hidden />}
              title={t('startPractice')}
              note={t('recommended')}
            >
              {t('startPracticeHint')}
            </Way>
            <Way value="real" icon={<Plug size={20} aria-hidden />} title={t('startReal')}>
              {t('startRealHint')}
            </Way>
          </RadioGroup>
        </Part>
        <Button type="submit" variant="primary" size="lg" className="w-full" isPending={setup.isPending}>
          {t('submit')}
        </Button>
      </Form>
    </FrontPage>
  );
}

/** The language of the pages, before there is an account that could say it. */
function Spoken() {
  const t = useTranslations('setup');
  const { language, choose } = useLanguage();
  return (
    <Segmented
      label={t('spoken')}
      value={language}
      onChange={choose}
      items={LANGUAGES.map((id) => ({ id, label: ownName(id) }))}
    />
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="space-y-4">
      <legend className="mb-3 w-full border-b border-line pb-1.5 text-base font-bold">{title}</legend>
      {children}
    </fieldset>
  );
}

function Way({
  value,
  icon,
  title,
  note,
  children,
}: {
  value: string;
  icon: ReactNode;
  title: string;
  note?: string;
  children: ReactNode;
}) {
  return (
    <Radio
      value={value}
      className="group flex cursor-pointer items-start gap-3 rounded-lg border border-line-strong bg-surface p-3.5 text-ink-2 selected:border-accent selected:bg-accent-soft selected:outline-2 selected:-outline-offset-2 selected:outline-accent focus-visible:outline-focus"
    >
      <span className="mt-0.5 shrink-0">{icon}</span>
      <span className="min-w-0">
        <span className="flex flex-wrap items-baseline gap-x-2 font-semibold text-ink">
          {title}
          {note && <span className="text-xs font-semibold text-published">{note}</span>}
        </span>
        <span className="block text-sm">{children}</span>
      </span>
    </Radio>
  );
}
