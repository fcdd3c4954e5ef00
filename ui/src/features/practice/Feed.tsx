import { useTranslations } from 'use-intl';
import type { components } from '../../api/schema.gen';
import { NetworkBadge } from '../../ui/Network';
import { SimulatedPost } from './SimulatedPost';
import { threadsOf } from './threads';

export type PracticeFeed = components['schemas']['PracticeFeed'];

/** One account on its simulated network, the newest first. */
export function Feed({
  feed,
  network,
  name,
  className,
}: {
  feed: PracticeFeed;
  network: string;
  /** The channel's, in Crieur. */
  name: string;
  className: string;
}) {
  const t = useTranslations('sandbox');
  const account = feed.account.name || name;
  return (
    <section aria-labelledby={`feed-${feed.channel_id}`} className={className}>
      <header className="mb-3 flex items-center gap-2.5">
        <NetworkBadge kind={feed.kind} size={30} />
        <div className="min-w-0">
          <h2 id={`feed-${feed.channel_id}`} className="text-base leading-tight font-bold">
            {network}
          </h2>
          <p className="truncate text-sm text-ink-2">{account}</p>
        </div>
      </header>
      {feed.posts.length === 0 ? (
        <p className="rounded-lg border border-dashed border-line-strong px-4 py-8 text-center text-sm text-ink-2">
          {t('nothingHere', { network })}
        </p>
      ) : (
        <ol className="space-y-5">
          {threadsOf(feed.posts).map(({ root, replies }) => (
            <li key={root.remote_id}>
              <SimulatedPost post={root} kind={feed.kind} network={network} account={account} />
              {replies.length > 0 && (
                <ol aria-label={t('replies')} className="mt-2 space-y-3 border-l-2 border-line-strong pl-3">
                  {replies.map((reply) => (
                    <li key={reply.remote_id}>
                      <SimulatedPost post={reply} kind={feed.kind} network={network} account={account} />
                    </li>
                  ))}
                </ol>
              )}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
