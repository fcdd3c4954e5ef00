import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { isAmbiguous, toProblem } from '../../api/problem';
import type { Delivery } from '../../api/types';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { say } from '../../ui/toast';
import { refreshDelivery } from './refresh';

/** Takes a post away from one network. */
export function RemoveDialog({
  delivery,
  network,
  onClose,
}: {
  delivery: Delivery;
  network: string;
  onClose: (removed: boolean) => void;
}) {
  const t = useTranslations('published');
  const of = { kind: delivery.kind, network };
  const remove = $api.useMutation('post', '/deliveries/{id}/remove', {
    onSuccess: () => {
      refreshDelivery(queryClient, delivery);
      onClose(true);
      say(t('removeDone', of));
    },
  });
  const problem = remove.error ? toProblem(remove.error) : null;
  return (
    <ConfirmDialog
      title={t('removeTitle', of)}
      verb={t('removeVerb')}
      danger
      isOpen
      onOpenChange={(open) => !open && onClose(false)}
      isPending={remove.isPending}
      problem={problem}
      onConfirm={() => remove.mutate({ params: { path: { id: delivery.id } } })}
    >
      <p>{t('removeWhat', of)}</p>
      {/* The server's own sentence says so too, where there was one. */}
      {problem && isAmbiguous(problem) && problem.detail === '' && <p>{t('harmless')}</p>}
    </ConfirmDialog>
  );
}
