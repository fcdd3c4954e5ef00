import type { FormEvent } from 'react';
import { Form } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { fieldErrors, toProblem } from '../../api/problem';
import type { Delivery } from '../../api/types';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { ProblemNotice } from '../../ui/ProblemNotice';

/** A person says what became of a post that Crieur could not find out about. */
export function SettleDialog({
  delivery,
  network,
  outcome,
  onClose,
}: {
  delivery: Delivery;
  network: string;
  outcome: 'sent' | 'not_sent';
  onClose: () => void;
}) {
  const t = useTranslations('settle');
  const resolve = $api.useMutation('post', '/deliveries/{id}/resolve', {
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['get', '/posts/{id}'] });
      onClose();
    },
  });
  const problem = resolve.error ? toProblem(resolve.error) : null;
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    if (resolve.isPending) return;
    const url = String(new FormData(e.currentTarget).get('remote_url') ?? '').trim();
    resolve.mutate({
      params: { path: { id: delivery.id } },
      body: { outcome, ...(url ? { remote_url: url } : {}) },
    });
  };
  const sent = outcome === 'sent';
  return (
    <Dialog
      title={sent ? t('sentTitle', { network }) : t('notSentTitle', { network })}
      isOpen
      onOpenChange={(open) => !open && onClose()}
      alert
    >
      <Form onSubmit={submit} validationErrors={fieldErrors(problem)}>
        <DialogBody>
          <p>{sent ? t('sentWhat') : t('notSentWhat')}</p>
          {sent && <Field name="remote_url" type="url" label={t('address')} help={t('addressHelp')} />}
          {problem && <ProblemNotice problem={problem} />}
        </DialogBody>
        <DialogFooter>
          <Button onPress={onClose}>{t('back')}</Button>
          <Button type="submit" variant="primary" isPending={resolve.isPending}>
            {sent ? t('sentVerb') : t('notSentVerb')}
          </Button>
        </DialogFooter>
      </Form>
    </Dialog>
  );
}
