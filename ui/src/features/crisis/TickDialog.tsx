import { useQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import type { FormEvent } from 'react';
import { Form } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { broadcastQuery } from '../../api/crisis';
import { deliveryQuery } from '../../api/posts';
import { fieldErrors, toProblem } from '../../api/problem';
import type { Delivery } from '../../api/types';
import { Button, buttonLook } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { CopyButton } from './CopyButton';

/** Where Crieur cannot, a person can: the text and the pictures to post by hand, and the note that it is done. */
export function TickDialog({
  delivery: d,
  alertId,
  onClose,
}: {
  delivery: Delivery;
  alertId: string;
  onClose: () => void;
}) {
  const t = useTranslations('board');
  const rendered = useQuery(deliveryQuery(d.id)).data?.rendered;
  const tick = $api.useMutation('post', '/broadcasts/{id}/ticks', {
    onSuccess: (alert) => {
      queryClient.setQueryData(broadcastQuery(alertId).queryKey, alert, { updatedAt: 0 });
      onClose();
    },
  });
  const problem = tick.error ? toProblem(tick.error) : null;
  const submit = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const url = String(new FormData(e.currentTarget).get('remote_url')).trim();
    tick.mutate({
      params: { path: { id: alertId } },
      body: { delivery_id: d.id, ...(url ? { remote_url: url } : {}) },
    });
  };
  return (
    <Dialog title={t('tickTitle', { name: d.channel_name })} isOpen onOpenChange={onClose}>
      <Form onSubmit={submit} validationErrors={fieldErrors(problem)}>
        <DialogBody>
          <p className="text-sm text-ink-2">{t('tickHow')}</p>
          {rendered && (
            <>
              <p
                lang="fr"
                className="scroll-slim max-h-48 overflow-y-auto rounded-md bg-sunken px-3 py-2.5 text-sm break-words whitespace-pre-wrap"
              >
                {rendered.text}
              </p>
              <div className="flex flex-wrap gap-2">
                <CopyButton text={[rendered.title, rendered.text].filter(Boolean).join('\n\n')} label={t('copy')} />
                {rendered.images.map((image, i) => (
                  <a key={image.url} href={image.url} download className={buttonLook('secondary', 'sm')}>
                    <Download size={16} aria-hidden />
                    {t('picture', { n: i + 1 })}
                  </a>
                ))}
              </div>
            </>
          )}
          {problem && <ProblemNotice problem={problem} />}
          <Field name="remote_url" type="url" label={t('tickUrl')} help={t('tickUrlHelp')} />
        </DialogBody>
        <DialogFooter>
          <Button onPress={onClose}>{t('back')}</Button>
          <Button type="submit" variant="primary" isPending={tick.isPending}>
            {t('tickDone')}
          </Button>
        </DialogFooter>
      </Form>
    </Dialog>
  );
}
