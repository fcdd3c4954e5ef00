import type { FormEvent } from 'react';
import { Form } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { fieldErrors, toProblem } from '../../api/problem';
import type { Channel } from '../../api/types';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';

/** The name that colleagues read; the network's own stays. */
export function RenameDialog({ channel, onClose }: { channel: Channel; onClose: () => void }) {
  const t = useTranslations('channels');
  const update = $api.useMutation('patch', '/channels/{id}', {
    onSuccess: ({ name }) => {
      void queryClient.invalidateQueries({ queryKey: ['get', '/channels'] });
      say(t('renamed', { name }));
      onClose();
    },
  });
  const problem = update.error ? toProblem(update.error) : null;
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    if (update.isPending) return;
    const name = String(new FormData(e.currentTarget).get('name')).trim();
    update.mutate({ params: { path: { id: channel.id } }, body: { name } });
  };
  return (
    <Dialog title={t('renameTitle', { name: channel.name })} isOpen onOpenChange={(open) => !open && onClose()}>
      <Form onSubmit={submit} validationErrors={fieldErrors(problem)}>
        <DialogBody>
          {problem && <ProblemNotice problem={problem} />}
          <Field name="name" label={t('name')} defaultValue={channel.name} isRequired maxLength={120} autoFocus />
        </DialogBody>
        <DialogFooter>
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" isPending={update.isPending}>
            {t('rename')}
          </Button>
        </DialogFooter>
      </Form>
    </Dialog>
  );
}
