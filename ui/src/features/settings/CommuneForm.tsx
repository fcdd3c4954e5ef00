import { type FormEvent, useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api } from '../../api/client';
import { fieldErrors, toProblem } from '../../api/problem';
import { acceptSession, useSession } from '../../api/session';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { CommuneFields, isCommuneLanguage } from './CommuneFields';

/** Name, language and zone of the commune. */
export function CommuneForm({ verb, onSaved }: { verb: string; onSaved?: () => void }) {
  const t = useTranslations('settings');
  const session = useSession();
  const { commune } = session;
  const [moved, setMoved] = useState(false);
  const save = $api.useMutation('patch', '/commune', {
    onSuccess: (changed) => {
      acceptSession({ ...session, commune: changed });
      setMoved(changed.zone !== commune.zone);
      say(t('saved'));
      onSaved?.();
    },
  });
  const problem = save.error ? toProblem(save.error) : null;
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    if (save.isPending) return;
    const form = new FormData(e.currentTarget);
    const language = form.get('language');
    save.mutate({
      body: {
        name: String(form.get('name')).trim(),
        zone: String(form.get('zone')),
        ...(isCommuneLanguage(language) ? { language } : {}),
      },
    });
  };
  return (
    <Form onSubmit={submit} validationErrors={fieldErrors(problem)} className="space-y-4">
      {problem && <ProblemNotice problem={problem} />}
      <Field name="name" label={t('communeName')} defaultValue={commune.name} isRequired maxLength={120} />
      <CommuneFields zone={commune.zone} language={commune.language} />
      {moved && <p className="text-sm text-ink-2">{t('zoneMoved')}</p>}
      <Button type="submit" variant="primary" isPending={save.isPending}>
        {verb}
      </Button>
    </Form>
  );
}
