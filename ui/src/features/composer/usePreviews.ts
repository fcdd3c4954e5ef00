import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { api } from '../../api/client';
import { type Problem, toProblem } from '../../api/problem';
import type { Channel, Preview, PreviewRequest } from '../../api/types';
import { type Draft, isEmpty, previewRequest } from './state';

const DEBOUNCE = 300;

function useDebounced<T>(value: T, ms: number): T {
  const [settled, settle] = useState(value);
  useEffect(() => {
    const id = setTimeout(() => settle(value), ms);
    return () => clearTimeout(id);
  }, [value, ms]);
  return settled;
}

export type Previews = {
  list: Preview[];
  /** The previews are of what is on the screen now. */
  fresh: boolean;
  /** Why there are none. */
  problem: Problem | null;
};

/** Asks the server what would leave, when the writing pauses. */
export function usePreviews(draft: Draft, channels: Channel[]): Previews {
  const wanted = useMemo(() => JSON.stringify(previewRequest(draft, channels)), [draft, channels]);
  const settled = useDebounced(wanted, DEBOUNCE);
  const nothing = isEmpty(draft) || (JSON.parse(wanted) as PreviewRequest).channels?.length === 0;
  const query = useQuery({
    queryKey: ['preview', settled],
    queryFn: async ({ signal }) => {
      const { data, error } = await api.POST('/preview', { body: JSON.parse(settled) as PreviewRequest, signal });
      if (error) throw error;
      return data.previews;
    },
    enabled: !nothing,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  });
  return {
    list: nothing ? [] : (query.data ?? []),
    fresh: !nothing && settled === wanted && query.isSuccess && !query.isPlaceholderData,
    problem: query.error ? toProblem(query.error) : null,
  };
}
