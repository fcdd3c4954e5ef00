import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { api } from '../../api/client';
import type { EventPlan, NewEvent } from '../../api/events';
import { type Problem, toProblem } from '../../api/problem';
import { type EventForm, newEvent, plannable } from './form';

const PAUSE = 400;

export type Plan = { data: EventPlan | undefined; fresh: boolean; problem: Problem | null };

/** Asks the server for the series of what is typed, when the typing pauses. */
export function usePlan(form: EventForm, enabled = true): Plan {
  const ready = enabled && plannable(form);
  const wanted = useMemo(() => JSON.stringify(newEvent(form)), [form]);
  const [settled, settle] = useState(wanted);
  useEffect(() => {
    const id = setTimeout(() => settle(wanted), PAUSE);
    return () => clearTimeout(id);
  }, [wanted]);
  const query = useQuery({
    queryKey: ['event-plan', settled],
    queryFn: async ({ signal }) => {
      const { data, error } = await api.POST('/events/preview', { body: JSON.parse(settled) as NewEvent, signal });
      if (error) throw error;
      return data;
    },
    enabled: ready,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  });
  return {
    data: ready ? query.data : undefined,
    fresh: ready && settled === wanted && query.isSuccess && !query.isPlaceholderData,
    problem: ready && query.error ? toProblem(query.error) : null,
  };
}
