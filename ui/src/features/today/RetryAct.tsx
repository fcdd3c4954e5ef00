import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { toProblem } from '../../api/problem';
import { Button, buttonLook } from '../../ui/Button';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { refreshDelivery } from '../posts/refresh';

/** Sends what failed once more; then the way to see what becomes of it. */
export function RetryAct({ delivery, post, title }: { delivery: string; post: string; title: string }) {
  const t = useTranslations('today');
  const follow = useRef<HTMLAnchorElement>(null);
  const retry = $api.useMutation('post', '/deliveries/{id}/retry', {
    onSettled: () => refreshDelivery(queryClient, { id: delivery, post_id: post }),
  });
  // The button goes; the focus stays in its place.
  useEffect(() => {
    if (retry.isSuccess) follow.current?.focus();
  }, [retry.isSuccess]);
  if (retry.isSuccess)
    return (
      <p role="status" className="flex flex-wrap items-center gap-2 text-sm font-semibold text-live">
        {t('retried')}
        <Link
          ref={follow}
          to="/posts/$id"
          params={{ id: post }}
          aria-label={t('actOn', { verb: t('follow'), title })}
          className={buttonLook('secondary', 'sm')}
        >
          {t('follow')}
        </Link>
      </p>
    );
  return (
    <>
      <Button
        size="sm"
        variant="primary"
        aria-label={t('actOn', { verb: t('retry'), title })}
        isPending={retry.isPending}
        onPress={() => retry.mutate({ params: { path: { id: delivery } } })}
      >
        {t('retry')}
      </Button>
      {retry.error && (
        <div className="w-full">
          <ProblemNotice problem={toProblem(retry.error)}>
            <Link to="/posts/$id" params={{ id: post }} className="font-semibold text-accent-ink underline">
              {t('open')}
            </Link>
          </ProblemNotice>
        </div>
      )}
    </>
  );
}
