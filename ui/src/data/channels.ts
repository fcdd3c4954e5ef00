import type { Channel, Kind } from '../api/types';

/** Channels in the order in which the server shows their networks. */
export function inOrder(channels: Channel[], kinds: Kind[]): Channel[] {
  const place = (c: Channel) => kinds.findIndex((k) => k.kind === c.kind);
  return channels.toSorted((a, b) => place(a) - place(b));
}
