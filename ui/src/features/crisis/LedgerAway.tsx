import { DatabaseZap } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { useTranslations } from 'use-intl';
import { ledger } from '../../api/ledger';

/** Says that alerts leave although the database does not answer, and what waits for it. */
export function LedgerAway() {
  const t = useTranslations('alert');
  const away = useSyncExternalStore(ledger.subscribe, ledger.isAway);
  return (
    <div role="status" className="mx-auto max-w-[1280px] px-4 lg:px-8">
      {away && (
        <p className="mb-2 flex items-start gap-2.5 rounded-lg border-2 border-pending px-4 py-2.5 font-semibold text-pending">
          <DatabaseZap size={20} aria-hidden className="mt-0.5 shrink-0" />
          {t('ledgerAway')}
        </p>
      )}
    </div>
  );
}
