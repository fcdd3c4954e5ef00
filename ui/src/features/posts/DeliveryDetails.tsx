import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { deliveryQuery } from '../../api/posts';
import { toProblem } from '../../api/problem';
import type { Delivery } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { NetworkPreview } from '../../previews/NetworkPreview';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { History } from './History';

/** Exactly what leaves, or left, and every try. */
export function DeliveryDetails({
  delivery,
  network,
  account,
}: {
  delivery: Delivery;
  network: string;
  account: string;
}) {
  const t = useTranslations('delivery');
  const format = useDates();
  const { data, error } = useQuery(deliveryQuery(delivery.id));
  if (error) return <ProblemNotice problem={toProblem(error)} />;
  if (!data) return <p className="py-2 text-sm text-ink-2">{t('loading')}</p>;
  const at = delivery.sent_at ?? delivery.due_at;
  return (
    <div className="mt-2 space-y-4 rounded-md bg-sunken p-3 sm:p-4">
      {data.rendered && (
        <div className="mx-auto max-w-[424px]">
          <NetworkPreview
            preview={data.rendered}
            network={network}
            account={account}
            when={at ? format(at, 'short') : t('notYet')}
          />
        </div>
      )}
      <History delivery={data.delivery} attempts={data.attempts} network={network} />
    </div>
  );
}
