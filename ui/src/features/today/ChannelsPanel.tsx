import { Link } from '@tanstack/react-router';
import { ChevronRight } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Channel, Kind } from '../../api/types';
import { NetworkBadge } from '../../ui/Network';
import { Panel } from '../../ui/Panel';
import { PracticeTag } from '../../ui/Tags';
import { StandingTag } from '../channels/StandingTag';
import { standingOf } from '../channels/standing';

/** Whether each channel works. */
export function ChannelsPanel({ channels, kinds, now }: { channels: Channel[]; kinds: Kind[]; now: number }) {
  const t = useTranslations('today');
  return (
    <Panel
      title={t('channels')}
      action={
        <Link
          to="/channels"
          className="-my-1 inline-flex h-8 items-center rounded text-sm font-semibold text-accent-ink hover:underline max-lg:h-10"
        >
          {t('allChannels')}
          <ChevronRight size={16} aria-hidden />
        </Link>
      }
    >
      <ul className="px-4 pb-3">
        {channels.map((channel) => (
          <li key={channel.id} className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 py-1 text-sm">
            <NetworkBadge kind={channel.kind} size={24} />
            <span className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-0.5 font-medium">
              <span className="min-w-0 truncate">{channel.name}</span>
              {channel.practice && <PracticeTag />}
            </span>
            <StandingTag
              small
              standing={standingOf(channel, kinds.find((k) => k.kind === channel.kind)?.abilities.renew ?? false, now)}
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
