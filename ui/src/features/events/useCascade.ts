import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../../api/client';
import type { Cascade, EventChange } from '../../api/events';
import { type Problem, toProblem } from '../../api/problem';

const PAUSE = 400;

/** What a change would do, asked for again whenever the change or the event is another. Null: not complete yet. */
export function useCascade(id: string, version: number, change: EventChange | null) {
  const wanted = change ? JSON.stringify(change) : null;
  const [settled, settle] = useState(wanted);
  useEffect(() => {
    const timer = setTimeout(() => settle(wanted), PAUSE);
    return () => clearTimeout(timer);
  }, [wanted]);
  const query = useQuery({
    queryKey: ['event-cascade', id, version, settled],
    queryFn: async ({ signal }) => {
      const { data, error } = await api.POST('/events/{id}/cascade', {
        params: { path: { id } },
        body: JSON.parse(settled ?? '') as EventChange,
        signal,
      });
      if (error) throw error;
      return data;
    },
    enabled: settled !== null,
    placeholderData: keepPreviousData,
    gcTime: 0,
  });
  const fresh = wanted !== null && wanted === settled && query.isSuccess && !query.isPlaceholderData;
  return {
    cascade: wanted === null ? undefined : (query.data as Cascade | undefined),
    /** The cascade is that of what is on the screen. */
    fresh,
    problem: query.error ? (toProblem(query.error) as Problem) : null,
  };
}
