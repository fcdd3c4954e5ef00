import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { $api } from '../../api/client';
import { crisisQuery } from '../../api/crisis';
import { noticesQuery, unreadQuery } from '../../api/notices';
import { reviewQuery } from '../../api/system';
import type { Channel, Kind } from '../../api/types';
import { type Todo, todoOf } from './todo';

/** The stream says nothing of what sources bring. */
const READ_AGAIN = 60_000;

const proposedQuery = $api.queryOptions(
  'get',
  '/imports',
  { params: { query: { state: 'proposed', limit: 50 } } },
  { refetchInterval: READ_AGAIN },
);

/** What waits for a person; undefined until enough is known to say that nothing does. */
export function useTodo(channels: Channel[], kinds: Kind[], now: number): Todo[] | undefined {
  const notices = useInfiniteQuery(noticesQuery);
  // Old ones that nobody has seen may stand on a later page of the list.
  const unread = useQuery(unreadQuery);
  const review = useQuery(reviewQuery);
  const crisis = useQuery(crisisQuery);
  const imports = useQuery(proposedQuery);
  if (notices.isPending || unread.isPending || review.isPending || crisis.isPending || imports.isPending)
    return undefined;
  return todoOf({
    notices: [...(notices.data?.pages.flatMap((page) => page.notices) ?? []), ...(unread.data?.notices ?? [])],
    review: review.data?.items ?? [],
    crisis: crisis.data,
    imports: { n: imports.data?.imports.length ?? 0, more: (imports.data?.next_cursor ?? null) !== null },
    channels,
    kinds,
    now,
  });
}
