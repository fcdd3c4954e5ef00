import { CloudOff } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { StreamState } from '../api/stream';

/** What is on the screen may be old: people must know. */
export function ConnectionBanner({ state }: { state: StreamState }) {
  const t = useTranslations('live');
  return (
    <div role="status">
      {state === 'lost' && (
        <p className="flex items-center justify-center gap-2 bg-pending-soft px-4 py-2 text-sm font-semibold text-ink">
          <CloudOff size={17} aria-hidden className="shrink-0 text-pending" />
          {t('lost')}
        </p>
      )}
    </div>
  );
}
