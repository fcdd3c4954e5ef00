import { useState } from 'react';
import { $api, queryClient } from '../../api/client';
import { IdempotencyKey } from '../../api/idempotency';
import { type Problem, toProblem } from '../../api/problem';

/** Connects the simulated networks of some kinds, one after the other. */
export function usePractice() {
  const create = $api.useMutation('post', '/channels');
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const connect = async (kinds: string[]) => {
    setPending(true);
    setProblem(null);
    try {
      for (const kind of kinds) {
        await create.mutateAsync({
          params: { header: { 'Idempotency-Key': IdempotencyKey.fresh().value } },
          body: { kind, practice: true },
        });
      }
    } catch (error) {
      setProblem(toProblem(error));
    } finally {
      setPending(false);
      void queryClient.invalidateQueries({ queryKey: ['get', '/channels'] });
    }
  };
  return { connect, isPending, problem };
}
