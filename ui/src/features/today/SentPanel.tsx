import { Link } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Delivery, Kind, Post } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { NetworkGlyph } from '../../ui/Network';
import { Panel } from '../../ui/Panel';
import { DeliveryTag } from '../../ui/Tags';
import { nameOfPost } from '../posts/deliveries';
import { sentAt } from './plan';

/** What left last, with a way to each published post. */
export function SentPanel({ posts, kinds }: { posts: Post[]; kinds: Kind[] }) {
  const t = useTranslations('today');
  const words = useTranslations('posts');
  const format = useDates();
  return (
    <Panel title={t('sent')}>
      {posts.length === 0 ? (
        <p className="px-4 pb-4 text-sm text-ink-2">{t('nothingSent')}</p>
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {posts.map((post) => {
            const name = nameOfPost(post) || words('untitled');
            return (
              <li key={post.id} className="px-4 py-2.5">
                <time dateTime={sentAt(post)} className="text-xs font-semibold text-ink-3">
                  {format(sentAt(post))}
                </time>
                <h3 className="text-sm leading-snug font-semibold">
                  <Link
                    to="/posts/$id"
                    params={{ id: post.id }}
                    className="line-clamp-2 rounded break-words hover:underline"
                  >
                    {name}
                  </Link>
                </h3>
                <ul aria-label={words('channels')} className="mt-1 flex flex-wrap gap-x-3 gap-y-1">
                  {post.deliveries.map((d) => (
                    <li key={d.id} className="flex min-w-0 items-center">
                      <Standing
                        delivery={d}
                        network={kinds.find((k) => k.kind === d.kind)?.title ?? d.kind}
                        of={name}
                      />
                    </li>
                  ))}
                </ul>
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}

function Standing({ delivery, network, of }: { delivery: Delivery; network: string; of: string }) {
  const t = useTranslations('today');
  const stands = delivery.status === 'sent' && !delivery.removed_at && delivery.remote_url;
  if (stands)
    return (
      <a
        href={stands}
        target="_blank"
        rel="noreferrer"
        aria-label={t('see', { name: `${network} (${delivery.channel_name})`, title: of })}
        className="inline-flex min-h-8 min-w-0 items-center gap-1.5 rounded text-sm font-medium text-accent-ink hover:underline max-lg:min-h-10"
      >
        <NetworkGlyph kind={delivery.kind} size={14} />
        <span className="truncate">{network}</span>
        <ExternalLink size={13} aria-hidden className="shrink-0" />
      </a>
    );
  return (
    <span className="inline-flex min-h-8 items-center gap-1.5 text-sm text-ink-2">
      <NetworkGlyph kind={delivery.kind} size={14} />
      <span className="sr-only">{delivery.channel_name}</span>
      <DeliveryTag delivery={delivery} />
    </span>
  );
}
