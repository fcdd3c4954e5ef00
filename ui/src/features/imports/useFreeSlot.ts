import { useQuery } from '@tanstack/react-query';
import { api } from '../../api/client';
import type { components } from '../../api/schema.gen';
import { useSession } from '../../api/session';

const DAY = 86_400_000;
const AHEAD = 21;
const dayIn = (zone: string, at: number) =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(at);

/** The next free slot of the commune's week; undefined where it keeps none. */
export function useFreeSlot(): components['schemas']['FreeSlot'] | undefined {
  const { zone } = useSession().commune;
  const now = Date.now();
  const query = { from: dayIn(zone, now), to: dayIn(zone, now + AHEAD * DAY) };
  const { data } = useQuery({
    queryKey: ['get', '/calendar', { params: { query } }, 'slot'],
    queryFn: async ({ signal }) => {
      const { data, error } = await api.GET('/calendar', { params: { query }, signal });
      if (error) throw error;
      return data.slots;
    },
    retry: false,
  });
  return data?.find((slot) => Date.parse(slot.at) > now);
}
