import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { toProblem } from '../api/problem';
import { Button, buttonLook } from '../ui/Button';
import { ProblemNotice } from '../ui/ProblemNotice';

/** A page that could not be shown: why, and how to go on. */
export function PageError({ error, reset }: ErrorComponentProps) {
  const t = useTranslations('pageError');
  const router = useRouter();
  const problem = toProblem(error);
  return (
    <div className="mx-auto max-w-xl space-y-4 p-6">
      <h1 className="text-xl font-bold">{problem.status === 404 ? t('notFound') : t('title')}</h1>
      {error instanceof Error ? <p>{t('internal')}</p> : <ProblemNotice problem={problem} />}
      <div className="flex gap-2">
        <Button
          variant="primary"
          onPress={() => {
            reset();
            void router.invalidate();
          }}
        >
          {t('retry')}
        </Button>
        <Link to="/posts" className={buttonLook()}>
          {t('home')}
        </Link>
      </div>
    </div>
  );
}

export function NotFound() {
  const t = useTranslations('pageError');
  return (
    <div className="mx-auto max-w-xl space-y-4 p-6">
      <h1 className="text-xl font-bold">{t('notFound')}</h1>
      <Link to="/posts" className={buttonLook()}>
        {t('home')}
      </Link>
    </div>
  );
}
