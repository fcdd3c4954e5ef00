import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { BellOff, CheckCheck } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { noticesQuery } from '../../api/notices';
import { toProblem } from '../../api/problem';
import { AllMessages } from '../../i18n/rest';
import { PageHead } from '../../shell/PageHead';
import { Button } from '../../ui/Button';
import { EmptyPanel } from '../../ui/EmptyPanel';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { NoticeRow } from './NoticeRow';

export const NoticesPage = () => (
  <AllMessages>
    <Notices />
  </AllMessages>
);

/** What people must hear of, newest first; what is settled stays, in grey. */
function Notices() {
  const t = useTranslations('notices');
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useSuspenseInfiniteQuery(noticesQuery);
  const notices = data.pages.flatMap((page) => page.notices);
  const unread = data.pages[0]?.unread ?? 0;
  const { mutate, isPending, error, variables } = $api.useMutation('post', '/notices/read', {
    onSuccess: (_, { body }) => {
      void queryClient.invalidateQueries({ queryKey: ['get', '/notices'] });
      if (body.ids.length === 0) say(t('allRead'));
    },
  });
  const read = (ids: string[]) => mutate({ body: { ids } });

  return (
    <>
      <PageHead title={t('title')} sub={t('sub', { n: unread })}>
        {unread > 0 && (
          <Button isPending={isPending && variables.body.ids.length === 0} onPress={() => read([])}>
            <CheckCheck size={17} aria-hidden />
            <span className="max-sm:sr-only">{t('readAll')}</span>
          </Button>
        )}
      </PageHead>
      <div className="mx-auto max-w-[840px] space-y-4 p-4 lg:p-6">
        {error && <ProblemNotice problem={toProblem(error)} />}
        {notices.length === 0 ? (
          <EmptyPanel icon={BellOff} title={t('empty')} hint={t('emptyHint')} />
        ) : (
          <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface shadow-1">
            {notices.map((notice) => (
              <NoticeRow key={notice.id} notice={notice} onRead={() => read([notice.id])} />
            ))}
          </ul>
        )}
        {hasNextPage && (
          <div className="text-center">
            <Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
              {t('more')}
            </Button>
          </div>
        )}
      </div>
    </>
  );
}
