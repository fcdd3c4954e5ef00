import { useMutation, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, queryClient } from '../../api/client';
import { crisisQuery, heldQuery } from '../../api/crisis';
import type { HeldPost } from '../../api/types';
import { DecisionList, Decisions } from '../../decisions/Decisions';
import { type Choice, useChoices } from '../../decisions/useChoices';
import { CrisisMessages } from '../../i18n/crisis';
import { Notice } from '../../ui/ProblemNotice';
import { HeldRow } from './HeldRow';

const MoveDialog = lazy(() => import('./MoveDialog').then((m) => ({ default: m.MoveDialog })));

export const HeldPage = () => (
  <CrisisMessages>
    <Held />
  </CrisisMessages>
);

/** What the alert held: each post leaves, moves or is given up because a person says so, and not otherwise. */
export function Held() {
  const t = useTranslations('heldPosts');
  const { posts } = useSuspenseQuery(heldQuery).data;
  const active = useQuery(crisisQuery).data?.active ?? false;
  const [done, setDone] = useState<{ release: number; cancel: number } | null>(null);
  const [moving, move] = useState<HeldPost | null>(null);
  const decide = useMutation({
    mutationFn: async () => {
      const { data, error } = await api.POST('/crisis/release', { body: { release, cancel } });
      if (error) throw error;
      return data;
    },
    onSuccess: (left) => {
      queryClient.setQueryData(heldQuery.queryKey, left);
      setDone({ release: release.length, cancel: cancel.length });
      state.over();
    },
    onSettled: () => {
      for (const path of ['/crisis', '/posts', '/posts/{id}'])
        void queryClient.invalidateQueries({ queryKey: ['get', path] });
    },
  });
  const state = useChoices(() => {
    setDone(null);
    decide.reset();
  });
  const { choices } = state;
  const ids = (choice: Choice) => posts.filter((p) => choices[p.post_id] === choice).map((p) => p.post_id);
  const release = active ? [] : ids('release');
  const cancel = ids('cancel');

  return (
    <>
      <Decisions
        words="heldPosts"
        total={posts.length}
        release={release.length}
        cancel={cancel.length}
        mayRelease={!active}
        state={state}
        decide={{ done, isPending: decide.isPending, error: decide.error }}
        intro={
          active ? (
            <Notice tone="pending">
              <p className="font-semibold">{t('stillActive')}</p>
            </Notice>
          ) : (
            <p className="text-sm text-ink-2">{t('intro')}</p>
          )
        }
        onAll={(choice) => state.change(Object.fromEntries(posts.map((p) => [p.post_id, choice])))}
        onConfirm={() => decide.mutate()}
      >
        <DecisionList>
          {posts.map((p) => (
            <HeldRow
              key={p.post_id}
              post={p}
              active={active}
              choice={choices[p.post_id] ?? 'later'}
              onChoose={(choice) => state.change({ ...choices, [p.post_id]: choice })}
              onMove={() => move(p)}
            />
          ))}
        </DecisionList>
      </Decisions>
      {moving && (
        <Suspense>
          <MoveDialog post={moving} active={active} onClose={() => move(null)} />
        </Suspense>
      )}
    </>
  );
}
