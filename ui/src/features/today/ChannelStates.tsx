import { useTranslations } from 'use-intl';
import type { Delivery } from '../../api/types';
import { NetworkGlyph } from '../../ui/Network';
import { DeliveryTag } from '../../ui/Tags';

/** Where a post stands on each of its channels. They are never summed up into one. */
export function ChannelStates({ deliveries }: { deliveries: Delivery[] }) {
  const t = useTranslations('posts');
  if (deliveries.length === 0) return null;
  return (
    <ul aria-label={t('channels')} className="mt-1.5 flex flex-wrap gap-x-3 gap-y-1.5">
      {deliveries.map((d) => (
        <li key={d.id} className="flex min-w-0 items-center gap-1.5 text-sm text-ink-2">
          <NetworkGlyph kind={d.kind} size={14} />
          <span className="sr-only">{d.channel_name}</span>
          <DeliveryTag delivery={d} />
        </li>
      ))}
    </ul>
  );
}
