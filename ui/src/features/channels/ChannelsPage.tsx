import { useSuspenseQuery } from '@tanstack/react-query';
import { Plug, Plus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { channelsQuery, kindsQuery } from '../../api/channels';
import { isAdministrator, useSession } from '../../api/session';
import { inOrder } from '../../data/channels';
import { AllMessages } from '../../i18n/rest';
import { PageHead } from '../../shell/PageHead';
import { Button } from '../../ui/Button';
import { Panel } from '../../ui/Panel';
import { ChannelRow } from './ChannelRow';
import { ConnectDialog } from './ConnectDialog';

export const ChannelsPage = () => (
  <AllMessages>
    <Channels />
  </AllMessages>
);

function Channels() {
  const t = useTranslations('channels');
  const { data } = useSuspenseQuery(channelsQuery);
  const { data: kinds } = useSuspenseQuery(kindsQuery);
  const administrator = isAdministrator(useSession());
  const [connecting, setConnecting] = useState(false);

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
          <Button variant="primary" onPress={() => setConnecting(true)}>
            <Plus size={17} aria-hidden />
            {t('connect')}
          </Button>
        )}
      </PageHead>
      <div className="mx-auto max-w-[960px] space-y-5 p-4 lg:p-6">
        {data.channels.length === 0 && (
          <div className="rounded-lg border border-dashed border-line-strong px-6 py-12 text-center">
            <Plug size={28} aria-hidden className="mx-auto mb-3 text-ink-3" />
            <p className="font-semibold">{t('empty')}</p>
            <p className="mt-1 text-sm text-ink-2">{administrator ? t('emptyHint') : t('emptyAuthor')}</p>
          </div>
        )}
        {real.length > 0 && <Panel title={t('real')}>{rows(real)}</Panel>}
        {practice.length > 0 && (
          <Panel title={t('practice')}>
            <p className="px-4 pb-3 text-sm text-ink-2">{t('practiceHint')}</p>
            {rows(practice)}
          </Panel>
        )}
        {!administrator && data.channels.length > 0 && <p className="text-sm text-ink-2">{t('authorHint')}</p>}
      </div>
      {connecting && <ConnectDialog kinds={kinds.kinds} onClose={() => setConnecting(false)} />}
    </>
  );
}
