import { useNavigate, useSearch } from '@tanstack/react-router';
import type { FormEvent } from 'react';
import { Form } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { fieldErrors, toProblem } from '../../api/problem';
import { acceptSession } from '../../api/session';
import type { Session } from '../../api/types';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Notice, ProblemNotice } from '../../ui/ProblemNotice';
import { FrontPage } from '../login/FrontPage';

const SHORTEST_PASSWORD = 12;
const LONGEST_PASSWORD = 128;

/** The first start: the commune and the person who administers it. */
export function SetupPage() {
  const t = useTranslations('setup');
  const { token } = useSearch({ from: '/setup' });
  const navigate = useNavigate();
  const setup = $api.useMutation('post', '/setup', {
    onSuccess: (session: Session) => {
      queryClient.clear();
      acceptSession(session);
      void navigate({ to: '/compose' });
    },
  });
  const problem = setup.error ? toProblem(setup.error) : null;

  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    const text = (name: string) => String(form.get(name)).trim();
    setup.mutate({
      body: {
        token: token ?? '',
        commune: text('commune'),
        name: text('name'),
        email: text('email'),
        password: String(form.get('password')),
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
      <Form onSubmit={submit} validationErrors={fieldErrors(problem)} className="space-y-4">
        {problem && <ProblemNotice problem={problem} />}
        <Field name="commune" label={t('commune')} help={t('communeHelp')} isRequired maxLength={120} autoFocus />
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
        <Button type="submit" variant="primary" size="lg" className="w-full" isPending={setup.isPending}>
          {t('submit')}
        </Button>
      </Form>
    </FrontPage>
  );
}
