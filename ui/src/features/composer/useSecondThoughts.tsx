import { useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Post } from '../../api/types';
import { say } from '../../ui/toast';
import { SECOND_THOUGHTS, takeBack } from './publishSoon';

const SECOND = 1_000;
const SECONDS = SECOND_THOUGHTS / SECOND;

/** Counts down for the eye; a screen reader hears once how long there is. */
function Countdown({ words }: { words: (seconds: number) => string }) {
  const [until] = useState(() => Date.now() + SECOND_THOUGHTS);
  const [left, setLeft] = useState(SECONDS);
  useEffect(() => {
    const id = setInterval(() => setLeft(Math.max(0, Math.ceil((until - Date.now()) / SECOND))), SECOND / 4);
    return () => clearInterval(id);
  }, [until]);
  return (
    <>
      <span aria-hidden className="tabular-nums">
        {words(left)}
      </span>
      <span className="sr-only">{words(SECONDS)}</span>
    </>
  );
}

/** After « Publier maintenant »: some seconds to take it back, wherever one goes meanwhile. */
export function useSecondThoughts(): (post: Post) => void {
  const t = useTranslations('secondThoughts');
  const router = useRouter();
  const undo = async (post: Post) => {
    const problem = await takeBack(post);
    if (!problem) {
      say(t('takenBack'));
      await router.navigate({ to: '/compose', search: { post: post.id } });
    } else if (problem.code === 'already_leaving') say(t('tooLate'));
    else say(problem.detail || t('unsure'));
  };
  return (post) =>
    void say(<Countdown words={(n) => t('leavesIn', { n })} />, {
      for: SECOND_THOUGHTS,
      action: { label: t('undo'), run: () => void undo(post) },
    });
}
