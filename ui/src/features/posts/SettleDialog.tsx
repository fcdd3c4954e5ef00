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

/** It is there; it is not, and is sent again; it is not, and is left so. */
export type Settlement = 'sent' | 'again' | 'leave';

/** A person says what became of a post that Crieur could not find out about. */
export function SettleDialog({
  delivery,
  network,
  settlement,
  onClose,
  onSendAgain,
}: {
  delivery: Delivery;
  network: string;
  settlement: Settlement;
  onClose: () => void;
  /** The delivery is settled as not sent, and may be tried again. */
  onSendAgain: () => void;
}) {
  const t = useTranslations('settle');
  const sent = settlement === 'sent';
  const words = {
    sent: { title: t('sentTitle', { network }), what: t('sentWhat'), verb: t('sentVerb') },
    again: { title: t('againTitle', { network }), what: t('againWhat'), verb: t('againVerb') },
    leave: { title: t('leaveTitle', { network }), what: t('leaveWhat', { network }), verb: t('leaveVerb') },
  }[settlement];
  const resolve = $api.useMutation('post', '/deliveries/{id}/resolve', {
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['get', '/posts/{id}'] });
      onClose();
      if (settlement === 'again') onSendAgain();
    },
  });
  const problem = resolve.error ? toProblem(resolve.error) : null;
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    if (resolve.isPending) return;
    const url = String(new FormData(e.currentTarget).get('remote_url') ?? '').trim();
    resolve.mutate({
      params: { path: { id: delivery.id } },
      body: { outcome: sent ? 'sent' : 'not_sent', ...(url ? { remote_url: url } : {}) },
    });
  };
  return (
    <Dialog title={words.title} isOpen onOpenChange={(open) => !open && onClose()} alert>
      <Form onSubmit={submit} validationErrors={fieldErrors(problem)}>
        <DialogBody>
          <p>{words.what}</p>
          {sent && <Field name="remote_url" type="url" label={t('address')} help={t('addressHelp')} />}
          {problem && <ProblemNotice problem={problem} />}
        </DialogBody>
        <DialogFooter>
          <Button onPress={onClose}>{t('back')}</Button>
          <Button type="submit" variant="primary" isPending={resolve.isPending}>
            {words.verb}
          </Button>
        </DialogFooter>
      </Form>
    </Dialog>
  );
}
