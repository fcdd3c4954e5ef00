import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { api, noticeSessionEnd, queryClient } from '../../api/client';
import type { IdempotencyKey } from '../../api/idempotency';
import { postQuery } from '../../api/posts';
import { type Problem, toProblem } from '../../api/problem';
import type { NewPost, Post } from '../../api/types';

export type Saving = 'publish' | 'draft';

/** Saves what was written, once: a new post under its key, or a change of the version that was read. */
export function useSave({
  editing,
  idempotency,
  onSaved,
}: {
  editing: Post | null;
  idempotency: IdempotencyKey;
  onSaved: (post: Post, as: Saving) => void;
}) {
  const navigate = useNavigate();
  const [saving, setSaving] = useState<Saving | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [version, setVersion] = useState(editing?.version ?? 0);
  const busy = useRef(false);

  const send = async (body: NewPost) => {
    if (!editing) return api.POST('/posts', { params: { header: { 'Idempotency-Key': idempotency.value } }, body });
    return api.PATCH('/posts/{id}', {
      params: { path: { id: editing.id }, header: { 'If-Match': `"${version}"` } },
      body,
    });
  };

  const save = async (body: NewPost, as: Saving) => {
    if (busy.current) return;
    busy.current = true;
    setSaving(as);
    setProblem(null);
    try {
      const { data, error } = await send(body);
      if (error) {
        const refusal = toProblem(error);
        idempotency.refused(refusal);
        noticeSessionEnd(refusal);
        setProblem(refusal);
        return;
      }
      onSaved(data, as);
      // Its deliveries may have been sent, and the events told, before this answer came: it is shown at once and read again.
      queryClient.setQueryData(postQuery(data.id).queryKey, data, { updatedAt: 0 });
      void queryClient.invalidateQueries({ queryKey: ['get', '/posts'] });
      await navigate({ to: '/posts/$id', params: { id: data.id } });
    } finally {
      busy.current = false;
      setSaving(null);
    }
  };

  /** After somebody else changed the post: what is written here replaces what they wrote. */
  const keepMine = async () => {
    if (!editing) return;
    const latest = await queryClient.fetchQuery({ ...postQuery(editing.id), staleTime: 0 });
    setVersion(latest.version);
    setProblem(null);
  };

  return { save, saving, problem, dismiss: () => setProblem(null), keepMine };
}
