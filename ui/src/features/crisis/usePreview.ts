import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { api } from '../../api/client';
import type { BroadcastPreview, BroadcastPreviewRequest } from '../../api/types';

const DEBOUNCE = 250;
const PATIENCE = 15_000;

/** What would leave on each channel, and what else would happen; asked when the writing pauses. */
export function usePreview(request: BroadcastPreviewRequest | null): {
  preview: BroadcastPreview | undefined;
  fresh: boolean;
} {
  const wanted = request && JSON.stringify(request);
  const [settled, settle] = useState(wanted);
  useEffect(() => {
    const id = setTimeout(() => settle(wanted), DEBOUNCE);
    return () => clearTimeout(id);
  }, [wanted]);
  const query = useQuery({
    queryKey: ['alert-preview', settled],
    queryFn: async ({ signal }) => {
      const { data, error } = await api.POST('/broadcasts/preview', {
        body: JSON.parse(settled ?? '{}') as BroadcastPreviewRequest,
        signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
      });
      if (error) throw error;
      return data;
    },
    enabled: Boolean(settled),
    placeholderData: keepPreviousData,
    // The hour in it is that of now.
    staleTime: 30_000,
    gcTime: 60_000,
  });
  return {
    preview: query.data,
    fresh: wanted === settled && query.isSuccess && !query.isPlaceholderData,
  };
}
