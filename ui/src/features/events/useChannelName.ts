import { useSuspenseQuery } from '@tanstack/react-query';
import { channelsQuery, kindsQuery } from '../../api/channels';
import { labelOf } from '../composer/labels';

/** What a channel is called: accounts of one commune often have one name on all networks. */
export function useChannelName() {
  const { channels } = useSuspenseQuery(channelsQuery).data;
  const { kinds } = useSuspenseQuery(kindsQuery).data;
  return (id: string, otherwise = id): string => {
    const channel = channels.find((c) => c.id === id);
    return channel ? labelOf(channel, channels, kinds) : otherwise;
  };
}
