import { useNavigate } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import type { IdempotencyKey } from '../../api/idempotency';
import type { Problem } from '../../api/problem';
import type { NewPost, NewPublish, Post } from '../../api/types';
import { publishSoon } from './publishSoon';
import type { usePostWriter } from './usePostWriter';

/** `stay`: a draft is saved and goes on being written. */
export type Saving = 'publish' | 'draft' | 'stay';

/** Saves what was written because somebody said so. */
export function useSave({
  writer,
  idempotency,
  zone,
  onSaved,
  onStale,
}: {
  writer: ReturnType<typeof usePostWriter>;
  idempotency: IdempotencyKey;
  zone: string;
  onSaved: (post: Post, as: Saving) => void;
  onStale: (as: Saving) => void;
}) {
  const navigate = useNavigate();
  const [saving, setSaving] = useState<Saving | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const busy = useRef(false);
  const soon = useRef<{ of: string; publish: NewPublish } | null>(null);

  /**
   * Another try of the same carries the same hour: under the same key another
   * one would be another request, and the server could not say that the first arrived.
   */
  const leavingSoon = async (body: NewPost): Promise<NewPost> => {
    const of = idempotency.value + JSON.stringify(body);
    if (soon.current?.of !== of) soon.current = { of, publish: await publishSoon(zone) };
    return { ...body, publish: soon.current.publish };
  };

  const save = async (body: NewPost, as: Saving) => {
    if (busy.current) return;
    busy.current = true;
    setSaving(as);
    setProblem(null);
    try {
      const now = body.publish.mode === 'now';
      let { post, problem: refusal } = await writer.write(now ? await leavingSoon(body) : body);
      if (now && refusal && refusal.status < 500 && refusal.status > 0) {
        soon.current = null;
        // The hour of a first try that never arrived has passed meanwhile.
        if (refusal.fields.some((f) => f.code === 'date_past')) {
          ({ post, problem: refusal } = await writer.write(await leavingSoon(body)));
        }
      }
      if (refusal?.status === 412) return onStale(as);
      if (refusal) return setProblem(refusal);
      if (!post) return;
      onSaved(post, as);
      if (as !== 'stay') await navigate({ to: '/posts/$id', params: { id: post.id } });
    } finally {
      busy.current = false;
      setSaving(null);
    }
  };

  return { save, saving, problem, dismiss: () => setProblem(null) };
}
