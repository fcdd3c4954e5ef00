import { useSyncExternalStore } from 'react';
import { useTranslations } from 'use-intl';
import { update } from '../offline/register';
import { Button } from '../ui/Button';

/** Offers a newer version. Not while an alert is led or a text is written: there nothing may get in the way. */
export function UpdateBanner() {
  const t = useTranslations('live');
  const ready = useSyncExternalStore(update.subscribe, update.isReady);
  return (
    <div role="status">
      {ready && (
        <p className="flex flex-wrap items-center justify-center gap-x-3 gap-y-1 bg-accent-soft px-4 py-1.5 text-sm font-semibold text-accent-ink">
          {t('newVersion')}
          <Button size="sm" onPress={() => update.take()}>
            {t('reload')}
          </Button>
        </p>
      )}
    </div>
  );
}
