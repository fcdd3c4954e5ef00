import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { isAmbiguous, type Problem } from '../../api/problem';
import { ProblemNotice } from '../../ui/ProblemNotice';

/** Why it was not saved, whether it may have been all the same, and what to do. */
export function SaveProblem({ problem, isNew }: { problem: Problem; isNew: boolean }) {
  const t = useTranslations('saveProblem');
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.scrollIntoView({ block: 'nearest' });
  }, [problem]);
  const arrived = problem.code === 'idempotency_key_reused';
  return (
    <div ref={box}>
      <ProblemNotice problem={problem}>
        {isAmbiguous(problem) && isNew && <p>{t('ambiguous')}</p>}
        {arrived && <p>{t('arrived')}</p>}
        {(isAmbiguous(problem) || arrived) && (
          <Link to="/posts" className="rounded font-semibold underline underline-offset-2">
            {t('toPosts')}
          </Link>
        )}
      </ProblemNotice>
    </div>
  );
}
