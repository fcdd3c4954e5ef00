import { useMutation, useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslations } from 'use-intl';
import { api, queryClient } from '../../api/client';
import { crisisQuery, heldQuery } from '../../api/crisis';
import { toProblem } from '../../api/problem';
import type { HeldPost } from '../../api/types';
import { CrisisMessages } from '../../i18n/crisis';
import { PageHead } from '../../shell/PageHead';
import { Button, buttonLook } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Notice } from '../../ui/ProblemNotice';
import { HeldRow } from './HeldRow';

const MoveDialog = lazy(() => import('./MoveDialog').then((m) => ({ default: m.MoveDialog })));

export type Choice = 'later' | 'release' | 'cancel';

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
  const [choices, setChoices] = useState<Readonly<Record<string, Choice>>>({});
  const [asking, ask] = useState(false);
  const [hint, setHint] = useState(false);
  const [done, setDone] = useState<{ release: number; cancel: number } | null>(null);
  const [moving, move] = useState<HeldPost | null>(null);
  const ids = (choice: Choice) => posts.filter((p) => choices[p.post_id] === choice).map((p) => p.post_id);
  const release = active ? [] : ids('release');
  const cancel = ids('cancel');
  const n = release.length + cancel.length;

  const decide = useMutation({
    mutationFn: async () => {
      const { data, error } = await api.POST('/crisis/release', { body: { release, cancel } });
      if (error) throw error;
      return data;
    },
    onSuccess: (left) => {
      queryClient.setQueryData(heldQuery.queryKey, left);
      setDone({ release: release.length, cancel: cancel.length });
      setChoices({});
      ask(false);
    },
    onSettled: () => {
      for (const path of ['/crisis', '/posts', '/posts/{id}'])
        void queryClient.invalidateQueries({ queryKey: ['get', path] });
    },
  });
  const choose = (changed: Readonly<Record<string, Choice>>) => {
    setHint(false);
    setDone(null);
    decide.reset();
    setChoices(changed);
  };
  const all = (choice: Choice) => choose(Object.fromEntries(posts.map((p) => [p.post_id, choice])));

  return (
    <>
      <PageHead title={t('title')} sub={t('count', { n: posts.length })} />
      <div className="mx-auto max-w-[960px] space-y-4 p-4 lg:p-6">
        <div role="status">
          {done && (
            <Notice tone="info">
              <p className="font-semibold">{t('done', done)}</p>
            </Notice>
          )}
        </div>
        {posts.length === 0 ? (
          <div className="rounded-lg border border-dashed border-line-strong px-6 py-12 text-center">
            <CircleCheck size={28} aria-hidden className="mx-auto mb-3 text-published" />
            <p className="font-semibold">{t('empty')}</p>
            <p className="mx-auto mt-1 mb-4 max-w-md text-sm text-ink-2">{t('emptyHint')}</p>
            <Link to="/posts" className={buttonLook()}>
              {t('toPosts')}
            </Link>
          </div>
        ) : (
          <>
            {active ? (
              <Notice tone="pending">
                <p className="font-semibold">{t('stillActive')}</p>
              </Notice>
            ) : (
              <p className="text-sm text-ink-2">{t('intro')}</p>
            )}
            {posts.length > 1 && (
              <fieldset className="flex flex-wrap items-center gap-2">
                <legend className="float-left mr-1 text-sm font-semibold">{t('all')}</legend>
                {!active && (
                  <Button size="sm" onPress={() => all('release')}>
                    {t('releaseAll')}
                  </Button>
                )}
                <Button size="sm" onPress={() => all('cancel')}>
                  {t('cancelAll')}
                </Button>
                {n > 0 && (
                  <Button size="sm" variant="ghost" onPress={() => choose({})}>
                    {t('laterAll')}
                  </Button>
                )}
              </fieldset>
            )}
            <ul className="divide-y divide-line rounded-lg border border-line bg-surface shadow-1">
              {posts.map((p) => (
                <HeldRow
                  key={p.post_id}
                  post={p}
                  active={active}
                  choice={choices[p.post_id] ?? 'later'}
                  onChoose={(choice) => choose({ ...choices, [p.post_id]: choice })}
                  onMove={() => move(p)}
                />
              ))}
            </ul>
            <div className="sticky bottom-0 z-10 -mx-4 flex flex-wrap items-center justify-end gap-x-4 gap-y-2 border-t border-line bg-bg/95 px-4 py-3 backdrop-blur max-lg:bottom-16 lg:-mx-6 lg:px-6">
              <p role="status" className="min-w-0 text-sm text-ink-2">
                {hint ? t('none') : n > 0 && t('tally', { release: release.length, cancel: cancel.length })}
              </p>
              <Button variant="primary" onPress={() => (n > 0 ? ask(true) : setHint(true))}>
                {t('apply', { n })}
              </Button>
            </div>
          </>
        )}
      </div>
      {moving && (
        <Suspense>
          <MoveDialog post={moving} active={active} onClose={() => move(null)} />
        </Suspense>
      )}
      <ConfirmDialog
        title={t('confirmTitle')}
        verb={t('confirm')}
        danger={release.length === 0}
        isOpen={asking}
        onOpenChange={ask}
        isPending={decide.isPending}
        problem={decide.error ? toProblem(decide.error) : null}
        onConfirm={() => decide.mutate()}
      >
        {release.length > 0 && <p>{t('willLeave', { n: release.length })}</p>}
        {cancel.length > 0 && <p>{t('willCancel', { n: cancel.length })}</p>}
        {n > 0 && posts.length > n && <p>{t('willWait', { n: posts.length - n })}</p>}
      </ConfirmDialog>
    </>
  );
}
