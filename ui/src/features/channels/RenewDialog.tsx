import type { FormEvent } from 'react';
import { Form } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { fieldErrors, toProblem } from '../../api/problem';
import type { Channel, Kind } from '../../api/types';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { KindFields, readKindValues } from './KindFields';

/** New credentials for an account that is connected already. */
export function RenewDialog({ channel, kind, onClose }: { channel: Channel; kind: Kind; onClose: () => void }) {
  const t = useTranslations('channels');
  const update = $api.useMutation('patch', '/channels/{id}', {
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: ['get', '/channels'] });
      say(t('renewed', { name: channel.name }));
      onClose();
    },
  });
  const problem = update.error ? toProblem(update.error) : null;

  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    if (update.isPending) return;
    const form = new FormData(e.currentTarget);
    const name = String(form.get('name')).trim();
    update.mutate({ params: { path: { id: channel.id } }, body: { name, ...readKindValues(kind, form) } });
  };

  return (
    <Dialog title={t('renewTitle', { name: channel.name })} isOpen onOpenChange={(open) => !open && onClose()}>
      <Form onSubmit={submit} validationErrors={fieldErrors(problem)}>
        <DialogBody>
          {problem && <ProblemNotice problem={problem} />}
          <Field name="name" label={t('name')} defaultValue={channel.name} isRequired maxLength={120} />
          <KindFields kind={kind} settings={channel.settings} />
        </DialogBody>
        <DialogFooter>
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" isPending={update.isPending}>
            {t('renewVerb')}
          </Button>
        </DialogFooter>
      </Form>
    </Dialog>
  );
}
