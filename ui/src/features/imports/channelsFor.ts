import type { Source } from '../../api/imports';
import type { Channel, Kind } from '../../api/types';
import { inOrder } from '../../data/channels';

const hostOf = (address: string | undefined) => {
  if (!address || !URL.canParse(address)) return '';
  return new URL(address).host.replace(/^www\./, '');
};

/** A channel that publishes on the very site from which the items come: they are there already. */
const isSourceItself = (channel: Channel, source: Pick<Source, 'url' | 'public_url'>) => {
  const site = channel.practice ? '' : hostOf(channel.settings.site_url);
  return site !== '' && [source.url, source.public_url].some((address) => hostOf(address) === site);
};

/** The channels to which what a source brings can go. */
export const channelsFor = (
  channels: Channel[],
  kinds: Kind[],
  source: Pick<Source, 'url' | 'public_url'> | undefined,
): Channel[] =>
  inOrder(channels, kinds).filter((c) => c.status === 'connected' && !(source && isSourceItself(c, source)));
