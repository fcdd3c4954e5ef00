import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import type { ReviewItem } from '../../api/types';
import { NetworkBadge } from '../../ui/Network';
import { DeliveryTag } from '../../ui/Tags';
import { Card } from './Frame';

/** What nobody could stop any more when the alert was raised, and what became of it. */
export function InFlight({ items }: { items: ReviewItem[] }) {
  const t = useTranslations('board');
  if (items.length === 0) return null;
  return (
    <Card title={t('inFlight', { n: items.length })}>
      <p className="mb-2 text-sm text-ink-2">{t('inFlightWhy')}</p>
      <ul className="divide-y divide-line">
        {items.map(({ title, delivery: d }) => (
          <li key={d.id} className="flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 py-1.5 text-sm">
            <NetworkBadge kind={d.kind} size={24} className="ring-1 ring-white/25" />
            <Link
              to="/posts/$id"
              params={{ id: d.post_id }}
              className="min-w-0 flex-1 basis-40 break-words underline underline-offset-3"
            >
              {title}
            </Link>
            <span className="text-ink-2">{d.channel_name}</span>
            <DeliveryTag delivery={d} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
