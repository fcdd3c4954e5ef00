import type { FormEvent } from 'react';
import { Form } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api } from '../../api/client';
import { fieldErrors, toProblem } from '../../api/problem';
import type { Session } from '../../api/types';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { ProblemNotice } from '../../ui/ProblemNotice';

export function SignInForm({ email = '', onSignedIn }: { email?: string; onSignedIn: (session: Session) => void }) {
  const t = useTranslations('session');
  const signIn = $api.useMutation('post', '/session', { onSuccess: onSignedIn });
  const problem = signIn.error ? toProblem(signIn.error) : null;

  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const form = new FormData(e.currentTarget);
    signIn.mutate({ body: { email: String(form.get('email')).trim(), password: String(form.get('password')) } });
  };

  return (
    <Form onSubmit={submit} validationErrors={fieldErrors(problem)} className="space-y-4">
      {problem && <ProblemNotice problem={problem} />}
      <Field
        name="email"
        type="email"
        label={t('email')}
        defaultValue={email}
        autoComplete="username"
        isRequired
        autoFocus={!email}
      />
      <Field
        name="password"
        type="password"
        label={t('password')}
        autoComplete="current-password"
        isRequired
        autoFocus={Boolean(email)}
      />
      <Button type="submit" variant="primary" size="lg" className="w-full" isPending={signIn.isPending}>
        {t('signIn')}
      </Button>
    </Form>
  );
}
