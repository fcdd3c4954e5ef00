import { KeyRound } from 'lucide-react';
import type { FormEvent } from 'react';
import { Form } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { crisisQuery } from '../../api/crisis';
import { toProblem } from '../../api/problem';
import { useSession } from '../../api/session';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { useProblemText } from '../../ui/ProblemNotice';

/** Asks once more who is there, in the page: nothing that was typed is lost. */
export function ProofForm() {
  const t = useTranslations('alert');
  const { user } = useSession();
  const textOf = useProblemText();
  const prove = $api.useMutation('post', '/session/proof', {
    onSuccess: () => {
      queryClient.setQueryData(crisisQuery.queryKey, (state) => state && { ...state, proof_needed: false });
      void queryClient.invalidateQueries({ queryKey: crisisQuery.queryKey });
    },
  });
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    prove.mutate({ body: { password: String(new FormData(e.currentTarget).get('password')) } });
  };
  return (
    <Form onSubmit={submit} className="space-y-3 rounded-xl border border-line-strong bg-surface p-4">
      <p className="flex gap-2.5 text-sm">
        <KeyRound size={18} aria-hidden className="mt-0.5 shrink-0" />
        <span>{t('proofWhy', { name: user.name })}</span>
      </p>
      <input type="hidden" name="username" autoComplete="username" value={user.email} readOnly />
      <Field name="password" type="password" label={t('password')} autoComplete="current-password" isRequired />
      {prove.error && (
        <p role="alert" className="text-sm font-semibold text-failed">
          {textOf(toProblem(prove.error))}
        </p>
      )}
      <Button type="submit" variant="primary" size="lg" className="w-full" isPending={prove.isPending}>
        {t('proofGo')}
      </Button>
    </Form>
  );
}
