import type { Channel, Kind } from '../../api/types';

/** The network's name where the commune has one account there, else the account's. */
export function labelOf(channel: Channel, channels: Channel[], kinds: Kind[]): string {
  const alone = channels.filter((c) => c.kind === channel.kind && c.practice === channel.practice).length === 1;
  const title = kinds.find((k) => k.kind === channel.kind)?.title;
  return alone && title ? title : channel.name;
}

export const titled = (channel: Channel, kinds: Kind[]): boolean =>
  kinds.find((k) => k.kind === channel.kind)?.limits.title_used ?? false;
