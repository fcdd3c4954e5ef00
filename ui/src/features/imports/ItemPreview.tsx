import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { channelsQuery, kindsQuery } from '../../api/channels';
import { api } from '../../api/client';
import { type Import, sourcesQuery } from '../../api/imports';
import { toProblem } from '../../api/problem';
import { NetworkPreview } from '../../previews/NetworkPreview';
import { NetworkGlyph } from '../../ui/Network';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { defaultChannels } from '../composer/state';
import { channelsFor } from './channelsFor';
import { imagesOf } from './pictures';

/** An item as each network would show it, adapted by the server. */
export function ItemPreview({ item }: { item: Import }) {
  const t = useTranslations('imports');
  const { data: channels } = useSuspenseQuery(channelsQuery);
  const { data: kinds } = useSuspenseQuery(kindsQuery);
  const { data: sources } = useSuspenseQuery(sourcesQuery);
  const usable = channelsFor(
    channels.channels,
    kinds.kinds,
    sources.sources.find((s) => s.id === item.source_id),
  );
  const ids = defaultChannels(usable, kinds.kinds);
  const { data, error } = useQuery({
    queryKey: ['preview', 'import', item.id, item.updated_at, ids],
    queryFn: async ({ signal }) => {
      const { data, error } = await api.POST('/preview', {
        body: { title: item.title, text: item.text, link: item.link, images: imagesOf(item), channels: ids },
        signal,
      });
      if (error) throw error;
      return data.previews;
    },
    enabled: ids.length > 0,
    staleTime: 60_000,
  });
  if (ids.length === 0) return <p className="text-sm text-ink-2">{t('noChannel')}</p>;
  if (error) return <ProblemNotice problem={toProblem(error)} />;
  if (!data) return <p className="text-sm text-ink-2">{t('adapting')}</p>;
  return (
    <Tabs>
      <TabList
        aria-label={t('network')}
        className="mx-auto mb-3 flex max-w-[460px] gap-1 rounded-lg bg-surface p-1 shadow-1"
      >
        {data.map((preview) => {
          const channel = usable.find((c) => c.id === preview.channel_id);
          return (
            <Tab
              key={preview.channel_id}
              id={preview.channel_id ?? preview.kind}
              aria-label={channel?.name ?? preview.kind}
              className="grid h-9 flex-1 cursor-pointer place-items-center rounded-md text-ink-3 hover:bg-sunken hover:text-ink selected:bg-ink selected:text-surface max-lg:h-11"
            >
              <NetworkGlyph kind={preview.kind} size={17} />
            </Tab>
          );
        })}
      </TabList>
      {data.map((preview) => {
        const channel = usable.find((c) => c.id === preview.channel_id);
        return (
          <TabPanel
            key={preview.channel_id}
            id={preview.channel_id ?? preview.kind}
            className="mx-auto max-w-[460px] space-y-3 outline-none"
          >
            <NetworkPreview
              preview={preview}
              network={kinds.kinds.find((k) => k.kind === preview.kind)?.title ?? preview.kind}
              account={channel?.account.name || channel?.name || ''}
              when={t('soon')}
            />
            {preview.issues.length > 0 && (
              <ul className="list-disc space-y-1 pl-5 text-sm">
                {preview.issues.map((issue) => (
                  <li key={issue.code + issue.field}>{issue.message}</li>
                ))}
              </ul>
            )}
          </TabPanel>
        );
      })}
    </Tabs>
  );
}
