import { useEffect, useRef, useState } from 'react';
import { noticeSessionEnd, queryClient } from '../../api/client';
import { crisisQuery } from '../../api/crisis';
import type { IdempotencyKey } from '../../api/idempotency';
import { isAmbiguous, type Problem, toProblem } from '../../api/problem';
import type { Broadcast } from '../../api/types';

const LOOK_AGAIN = 2_000;

/** A request on which no answer came for so long is looked after. */
export const SEND_PATIENCE = 20_000;

export type Sending =
  | 'idle'
  | 'sending'
  /** Cut off: nobody knows yet whether it arrived. It is looked for, and never sent again by itself. */
  | 'unsure'
  /** It was looked for, and did not arrive. */
  | 'notSent';

/** Sends what was held for, once, and tells the truth about it whatever the line does. */
export function useSend({
  idempotency,
  send,
  arrived,
  onDone,
}: {
  idempotency: IdempotencyKey;
  send: (key: string) => Promise<{ data?: Broadcast; error?: unknown }>;
  /** Looks whether an earlier try arrived; it throws while nobody can say. */
  arrived: () => Promise<Broadcast | null>;
  onDone: (alert: Broadcast) => void;
}) {
  const [state, setState] = useState<Sending>('idle');
  const [problem, setProblem] = useState<Problem | null>(null);
  const busy = useRef(false);

  const run = async () => {
    if (busy.current) return;
    busy.current = true;
    setState('sending');
    setProblem(null);
    try {
      const { data, error } = await send(idempotency.value).catch((thrown: unknown) => ({
        data: undefined,
        error: thrown,
      }));
      if (data) {
        onDone(data);
        return;
      }
      const refusal = toProblem(error);
      idempotency.refused(refusal);
      noticeSessionEnd(refusal);
      if (isAmbiguous(refusal) || refusal.code === 'idempotency_key_reused') {
        setState('unsure');
        return;
      }
      setProblem(refusal);
      setState('idle');
      void queryClient.invalidateQueries({ queryKey: crisisQuery.queryKey });
    } finally {
      busy.current = false;
    }
  };

  const look = useRef({ arrived, onDone });
  look.current = { arrived, onDone };
  useEffect(() => {
    if (state !== 'unsure') return;
    let current = true;
    let timer = 0;
    const check = async () => {
      const found = await look.current.arrived().catch(() => undefined);
      if (!current) return;
      if (found === undefined) timer = window.setTimeout(() => void check(), LOOK_AGAIN);
      else if (found) look.current.onDone(found);
      else setState('notSent');
    };
    timer = window.setTimeout(() => void check(), LOOK_AGAIN / 2);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [state]);

  return { run, state, problem };
}
