import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { Eraser, FlaskConical, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { channelsQuery, kindsQuery } from '../../api/channels';
import { $api, queryClient } from '../../api/client';
import { practiceQuery } from '../../api/practice';
import { toProblem } from '../../api/problem';
import { isAdministrator, useSession } from '../../api/session';
import { ConnectMessages } from '../../i18n/connect';
import { PageHead } from '../../shell/PageHead';
import { Button, buttonLook } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { EmptyPanel } from '../../ui/EmptyPanel';
import { Segmented } from '../../ui/Segmented';
import { say } from '../../ui/toast';
import { Stripes } from '../channels/ChannelRow';
import { Feed, type PracticeFeed } from './Feed';

export const PracticePage = () => (
  <ConnectMessages>
    <Practice />
  </ConnectMessages>
);

/** What citizens would see, on networks that nobody but the commune sees. */
function Practice() {
  const t = useTranslations('sandbox');
  const { feeds } = useSuspenseQuery(practiceQuery).data;
  const administrator = isAdministrator(useSession());
  const some = feeds.some((f) => f.posts.length > 0);
  return (
    <>
      <PageHead title={t('title')} sub={t('sub')}>
        {administrator && some && <Clear />}
        <Link to="/compose" className={buttonLook('primary', 'md', 'max-sm:hidden')}>
          <Plus size={17} aria-hidden />
          {t('compose')}
        </Link>
      </PageHead>
      <div className="sticky top-14 z-10 bg-paused-soft lg:top-[68px] [@media(max-height:520px)]:static">
        <Stripes className="block h-1.5" />
        <p className="flex items-center justify-center gap-2 px-4 py-2 text-sm font-semibold text-paused">
          <FlaskConical size={17} aria-hidden className="shrink-0" />
          {t('banner')}
        </p>
      </div>
      <div className="p-4 lg:p-6">{feeds.length === 0 ? <NoChannel /> : <Feeds feeds={feeds} some={some} />}</div>
    </>
  );
}

function Feeds({ feeds, some }: { feeds: PracticeFeed[]; some: boolean }) {
  const t = useTranslations('sandbox');
  const { channels } = useSuspenseQuery(channelsQuery).data;
  const { kinds } = useSuspenseQuery(kindsQuery).data;
  const [chosen, choose] = useState(feeds[0]?.channel_id ?? '');
  const shown = feeds.some((f) => f.channel_id === chosen) ? chosen : (feeds[0]?.channel_id ?? '');
  const network = (kind: string) => kinds.find((k) => k.kind === kind)?.title ?? kind;
  return (
    <>
      {!some && <First />}
      {feeds.length > 1 && (
        <div className="mb-4 lg:hidden">
          <Segmented
            label={t('network')}
            value={shown}
            onChange={choose}
            items={feeds.map((f) => ({ id: f.channel_id, label: network(f.kind) }))}
            stretch
          />
        </div>
      )}
      <div className="grid items-start gap-6 lg:grid-cols-[repeat(auto-fit,minmax(300px,1fr))]">
        {feeds.map((feed) => (
          <Feed
            key={feed.channel_id}
            feed={feed}
            network={network(feed.kind)}
            name={channels.find((c) => c.id === feed.channel_id)?.name ?? ''}
            className={clsx('mx-auto w-full max-w-[460px] min-w-0', feed.channel_id !== shown && 'max-lg:hidden')}
          />
        ))}
      </div>
    </>
  );
}

function First() {
  const t = useTranslations('sandbox');
  return (
    <div className="mx-auto mb-6 max-w-xl rounded-lg border border-dashed border-line-strong bg-surface px-6 py-8 text-center">
      <FlaskConical size={28} aria-hidden className="mx-auto mb-3 text-paused" />
      <p className="font-semibold">{t('empty')}</p>
      <p className="mt-1 text-sm text-ink-2">{t('emptyHint')}</p>
      <Link to="/compose" className={buttonLook('primary', 'md', 'mt-4')}>
        <Plus size={17} aria-hidden />
        {t('first')}
      </Link>
    </div>
  );
}

function NoChannel() {
  const t = useTranslations('sandbox');
  return (
    <div className="mx-auto max-w-xl">
      <EmptyPanel icon={FlaskConical} title={t('noChannel')} hint={t('noChannelHint')}>
        <Link to="/channels" className={buttonLook()}>
          {t('toChannels')}
        </Link>
      </EmptyPanel>
    </div>
  );
}

function Clear() {
  const t = useTranslations('sandbox');
  const [asking, ask] = useState(false);
  const clear = $api.useMutation('delete', '/practice', {
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: practiceQuery.queryKey });
      say(t('cleared'));
      ask(false);
    },
  });
  return (
    <>
      <Button aria-label={t('clear')} onPress={() => ask(true)}>
        <Eraser size={17} aria-hidden />
        <span className="max-sm:hidden">{t('clear')}</span>
      </Button>
      <ConfirmDialog
        title={t('clearTitle')}
        verb={t('clearVerb')}
        danger
        isOpen={asking}
        onOpenChange={ask}
        isPending={clear.isPending}
        problem={clear.error ? toProblem(clear.error) : null}
        onConfirm={() => clear.mutate({})}
      >
        <p>{t('clearWhat')}</p>
      </ConfirmDialog>
    </>
  );
}
