import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { FlaskConical, Plug, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { channelsQuery, kindsQuery } from '../../api/channels';
import { isAdministrator, useSession } from '../../api/session';
import { inOrder } from '../../data/channels';
import { ConnectMessages } from '../../i18n/connect';
import { PageHead } from '../../shell/PageHead';
import { Button, buttonLook } from '../../ui/Button';
import { EmptyPanel } from '../../ui/EmptyPanel';
import { Panel } from '../../ui/Panel';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { ChannelRow, Stripes } from './ChannelRow';
import { ConnectDialog } from './ConnectDialog';
import { FlowDialog } from './FlowDialog';
import { usePractice } from './usePractice';

export const ChannelsPage = () => (
  <ConnectMessages>
    <Channels />
  </ConnectMessages>
);

function Channels() {
  const t = useTranslations('channels');
  const { data } = useSuspenseQuery(channelsQuery);
  const { data: kinds } = useSuspenseQuery(kindsQuery);
  const administrator = isAdministrator(useSession());
  const [connecting, setConnecting] = useState(false);
  const { flow } = useSearch({ from: '/signed-in/channels' });
  const navigate = useNavigate();

  const channels = inOrder(data.channels, kinds.kinds);
  const real = channels.filter((c) => !c.practice);
  const practice = channels.filter((c) => c.practice);
  const kindOf = (kind: string) => kinds.kinds.find((k) => k.kind === kind);
  const rows = (list: typeof real) => (
    <ul className="divide-y divide-line border-t border-line">
      {list.map((channel) => (
        <ChannelRow key={channel.id} channel={channel} kind={kindOf(channel.kind)} administrator={administrator} />
      ))}
    </ul>
  );

  return (
    <>
      <PageHead title={t('title')} sub={t('count', { n: data.channels.length })}>
        {administrator && (
          <Button variant="primary" aria-label={t('connect')} onPress={() => setConnecting(true)}>
            <Plus size={17} aria-hidden />
            <span className="max-sm:hidden">{t('connect')}</span>
          </Button>
        )}
      </PageHead>
      <div className="mx-auto max-w-[960px] space-y-5 p-4 lg:p-6">
        {channels.length === 0 && (
          <Empty
            administrator={administrator}
            // The commune's own site is Crieur itself: there is nothing to simulate.
            kinds={kinds.kinds.filter((k) => k.credentials.length > 0).map((k) => k.kind)}
            onConnect={() => setConnecting(true)}
          />
        )}
        {real.length > 0 && <Panel title={t('real')}>{rows(real)}</Panel>}
        {practice.length > 0 && (
          <Panel
            title={t('practice')}
            className="overflow-hidden"
            action={
              <Link to="/sandbox" className={buttonLook('ghost', 'sm')}>
                <FlaskConical size={15} aria-hidden />
                {t('openSandbox')}
              </Link>
            }
          >
            <p className="px-4 pb-3 text-sm text-ink-2">{t('practiceHint')}</p>
            <Stripes className="block h-1.5" />
            {rows(practice)}
          </Panel>
        )}
        {!administrator && channels.length > 0 && <p className="text-sm text-ink-2">{t('authorHint')}</p>}
      </div>
      {connecting && <ConnectDialog kinds={kinds.kinds} onClose={() => setConnecting(false)} />}
      {flow && administrator && (
        <FlowDialog
          key={flow}
          id={flow}
          channels={data.channels}
          kinds={kinds.kinds}
          // The address is used once: it leads nowhere in the history either.
          onClose={() => void navigate({ to: '/channels', search: {}, replace: true })}
        />
      )}
    </>
  );
}

function Empty({
  administrator,
  kinds,
  onConnect,
}: {
  administrator: boolean;
  kinds: string[];
  onConnect: () => void;
}) {
  const t = useTranslations('channels');
  const practice = usePractice();
  return (
    <EmptyPanel icon={Plug} title={t('empty')} hint={administrator ? t('emptyHint') : t('emptyAuthor')}>
      {administrator && (
        <>
          <Button variant="primary" isPending={practice.isPending} onPress={() => void practice.connect(kinds)}>
            <FlaskConical size={17} aria-hidden />
            {t('startPractice')}
          </Button>
          <Button onPress={onConnect}>{t('connectReal')}</Button>
        </>
      )}
      {practice.problem && (
        <div className="max-w-md basis-full text-left">
          <ProblemNotice problem={practice.problem} />
        </div>
      )}
    </EmptyPanel>
  );
}
