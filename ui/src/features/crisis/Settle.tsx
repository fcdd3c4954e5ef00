import { ExternalLink } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import type { Delivery } from '../../api/types';
import { AllMessages } from '../../i18n/rest';
import { Button, buttonLook } from '../../ui/Button';
import { SettleDialog, type Settlement } from '../posts/SettleDialog';

export const Settle = ({ delivery }: { delivery: Delivery }) => (
  <AllMessages>
    <Question delivery={delivery} />
  </AllMessages>
);

/** Nobody knows whether it is there: a person looks, and says. */
function Question({ delivery: d }: { delivery: Delivery }) {
  const t = useTranslations('delivery');
  const [settling, settle] = useState<Settlement | null>(null);
  const again = () => queryClient.invalidateQueries({ queryKey: ['get', '/broadcasts/{id}'] });
  const retry = $api.useMutation('post', '/deliveries/{id}/retry', { onSettled: again });
  return (
    <>
      {d.account_url && (
        <a href={d.account_url} target="_blank" rel="noreferrer" className={buttonLook('primary', 'sm')}>
          {t('look')}
          <ExternalLink size={14} aria-label={t('newTab')} />
        </a>
      )}
      <Button size="sm" onPress={() => settle('sent')}>
        {t('isThere')}
      </Button>
      <Button size="sm" onPress={() => settle('again')}>
        {t('sendAgain')}
      </Button>
      {settling && (
        <SettleDialog
          delivery={d}
          network={d.channel_name}
          settlement={settling}
          onClose={() => {
            settle(null);
            void again();
          }}
          onSendAgain={() => retry.mutate({ params: { path: { id: d.id } } })}
        />
      )}
    </>
  );
}
