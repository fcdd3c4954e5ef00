import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useId } from 'react';
import { FieldError, Form, Label, TextArea, TextField } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { deliveryQuery } from '../../api/posts';
import { fieldErrors, isAmbiguous, toProblem } from '../../api/problem';
import type { Delivery, Preview } from '../../api/types';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Field, inputLook } from '../../ui/Field';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { refreshDelivery } from './refresh';

type Props = { delivery: Delivery; network: string; titled: boolean; onClose: () => void };

/** Replaces the text that stands on one network, beginning with that very text. */
export function CorrectDialog(props: Props) {
  const t = useTranslations('published');
  const { delivery, network, onClose } = props;
  const { data, error } = useQuery({ ...deliveryQuery(delivery.id), staleTime: 0 });
  return (
    <Dialog
      title={t('correctTitle', { kind: delivery.kind, network })}
      isOpen
      onOpenChange={(open) => !open && onClose()}
      alert
    >
      {data?.rendered ? (
        <CorrectForm {...props} stands={data.rendered} />
      ) : (
        <DialogBody>
          {error ? <ProblemNotice problem={toProblem(error)} /> : <p className="text-sm text-ink-2">{t('loading')}</p>}
        </DialogBody>
      )}
    </Dialog>
  );
}

function CorrectForm({ delivery, network, titled, onClose, stands }: Props & { stands: Preview }) {
  const t = useTranslations('published');
  const form = useId();
  const correct = $api.useMutation('post', '/deliveries/{id}/correct', {
    onSuccess: () => {
      refreshDelivery(queryClient, delivery);
      onClose();
      say(t('correctDone', { kind: delivery.kind, network }));
    },
  });
  const problem = correct.error ? toProblem(correct.error) : null;
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    if (correct.isPending) return;
    const entered = new FormData(e.currentTarget);
    correct.mutate({
      params: { path: { id: delivery.id } },
      body: {
        text: String(entered.get('text') ?? ''),
        ...(titled ? { title: String(entered.get('title') ?? '') } : {}),
      },
    });
  };
  return (
    <Form id={form} onSubmit={submit} validationErrors={fieldErrors(problem)}>
      <DialogBody>
        <p className="text-sm text-ink-2">{t('correctWhat', { kind: delivery.kind, network })}</p>
        {titled && (
          <Field name="title" label={t('title')} defaultValue={stands.title ?? ''} isRequired maxLength={300} />
        )}
        <TextField name="text" defaultValue={stands.text} autoFocus>
          <Label className="mb-1 block text-sm font-semibold">{t('text')}</Label>
          <TextArea rows={9} className={`${inputLook} resize-y py-2 leading-normal`} />
          <FieldError className="mt-1 block text-sm font-medium text-failed">
            {({ validationErrors }) => validationErrors.join(' ')}
          </FieldError>
        </TextField>
        {problem && problem.fields.length === 0 && (
          <ProblemNotice problem={problem}>
            {isAmbiguous(problem) && problem.detail === '' && <p>{t('harmless')}</p>}
          </ProblemNotice>
        )}
      </DialogBody>
      <DialogFooter>
        <Button onPress={onClose}>{t('cancel')}</Button>
        <Button type="submit" variant="primary" isPending={correct.isPending}>
          {t('correctVerb')}
        </Button>
      </DialogFooter>
    </Form>
  );
}
