import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { api, queryClient } from '../../api/client';
import { reviewQuery } from '../../api/system';
import { batches, type Decision } from './choices';

/** Tells the server what was decided; what remains is what it answers. A second telling changes nothing more. */
export function useDecide({ onDone }: { onDone: () => void }) {
  const [done, setDone] = useState<{ release: number; cancel: number } | null>(null);
  const { mutate, isPending, error } = useMutation({
    mutationFn: async (decision: Decision) => {
      for (const body of batches(decision)) {
        const { data, error } = await api.POST('/review', { body });
        if (error) throw error;
        queryClient.setQueryData(reviewQuery.queryKey, data);
      }
    },
    onSuccess: (_, { release, cancel }) => {
      setDone({ release: release.length, cancel: cancel.length });
      onDone();
    },
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: ['get', '/posts'] });
      void queryClient.invalidateQueries({ queryKey: ['get', '/posts/{id}'] });
      void queryClient.invalidateQueries({ queryKey: ['get', '/notices'] });
    },
  });
  return { run: mutate, isPending, error, done, forget: () => setDone(null) };
}
