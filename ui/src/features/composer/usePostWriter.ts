import { useCallback, useRef, useState } from 'react';
import { api, noticeSessionEnd, queryClient } from '../../api/client';
import { IdempotencyKey } from '../../api/idempotency';
import { postQuery } from '../../api/posts';
import { type Problem, toProblem } from '../../api/problem';
import type { NewPost, Post } from '../../api/types';

/** The post on the server: none yet, or one in the version that was read. `draft`: nobody waits for it to leave. */
export type Place = { id: string; version: number; draft: boolean };

export type Written = { post: Post; problem?: undefined } | { post?: undefined; problem: Problem };

function remember(post: Post) {
  // Its deliveries may have been sent, and the events told, before this answer came: it is shown at once and read again.
  queryClient.setQueryData(postQuery(post.id).queryKey, post, { updatedAt: 0 });
  void queryClient.invalidateQueries({ queryKey: ['get', '/posts'] });
}

/** A draft of its own, beside the post that is written. */
export async function keepApart(body: NewPost): Promise<Written> {
  const header = { 'Idempotency-Key': IdempotencyKey.fresh().value };
  const { data, error } = await api.POST('/posts', { params: { header }, body });
  if (error) return { problem: toProblem(error) };
  remember(data);
  return { post: data };
}

/** Writes one post, one request after the other: a new one under its key, then changes of the version that is known. */
export function usePostWriter(start: Place | null, idempotency: IdempotencyKey) {
  const [place, setPlace] = useState(start);
  const known = useRef(start);
  const last = useRef<Promise<unknown>>(Promise.resolve());

  const settle = useCallback((next: Place) => {
    known.current = next;
    setPlace(next);
  }, []);

  const send = useCallback(
    async (body: NewPost): Promise<Written> => {
      const at = known.current;
      const { data, error } = at
        ? await api.PATCH('/posts/{id}', {
            params: { path: { id: at.id }, header: { 'If-Match': `"${at.version}"` } },
            body,
          })
        : await api.POST('/posts', { params: { header: { 'Idempotency-Key': idempotency.value } }, body });
      if (error) {
        const problem = toProblem(error);
        if (!at) idempotency.refused(problem);
        noticeSessionEnd(problem);
        return { problem };
      }
      settle({ id: data.id, version: data.version, draft: data.publish.mode === 'draft' });
      remember(data);
      return { post: data };
    },
    [idempotency, settle],
  );

  const write = useCallback(
    (body: NewPost): Promise<Written> => {
      const turn = last.current.then(() => send(body));
      last.current = turn;
      return turn;
    },
    [send],
  );

  return { place, known, settle, write };
}
