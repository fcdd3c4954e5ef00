import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { isAmbiguous, type Problem } from '../../api/problem';
import type { Post } from '../../api/types';
import { Button, buttonLook } from '../../ui/Button';
import { ProblemNotice } from '../../ui/ProblemNotice';

/** Why it was not saved, whether it may have been all the same, and what to do. */
export function SaveProblem({
  problem,
  editing,
  onKeepMine,
}: {
  problem: Problem;
  editing: Post | null;
  onKeepMine: () => void;
}) {
  const t = useTranslations('saveProblem');
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' });
  }, [problem]);
  const stale = problem.status === 412;
  const arrived = problem.code === 'idempotency_key_reused';
  return (
    <div ref={box}>
      <ProblemNotice problem={problem}>
        {isAmbiguous(problem) && !editing && <p>{t('ambiguous')}</p>}
        {arrived && <p>{t('arrived')}</p>}
        {(isAmbiguous(problem) || arrived) && (
          <Link to="/posts" className="rounded font-semibold underline underline-offset-2">
            {t('toPosts')}
          </Link>
        )}
        {stale && editing && (
          <p className="flex flex-wrap gap-2 pt-1">
            <a href={`/posts/${editing.id}`} target="_blank" rel="noreferrer" className={buttonLook('secondary', 'sm')}>
              {t('see')}
            </a>
            <Button size="sm" onPress={onKeepMine}>
              {t('keepMine')}
            </Button>
          </p>
        )}
      </ProblemNotice>
    </div>
  );
}
