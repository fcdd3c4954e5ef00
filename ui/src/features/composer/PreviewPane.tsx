import { Scissors } from 'lucide-react';
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import type { Channel, Kind } from '../../api/types';
import { NetworkPreview } from '../../previews/NetworkPreview';
import { NetworkGlyph } from '../../ui/Network';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { PracticeTag } from '../../ui/Tags';
import type { Draft } from './state';
import type { Previews } from './usePreviews';

/** What each network will show. */
export function PreviewPane({
  draft,
  chosen,
  kinds,
  nameOf,
  previews,
  when,
  shown,
  onShow,
}: {
  draft: Draft;
  chosen: Channel[];
  kinds: Kind[];
  nameOf: (id: string) => string;
  previews: Previews;
  when: string;
  shown: string;
  onShow: (id: string) => void;
}) {
  const t = useTranslations('preview');
  return (
    <aside
      aria-label={t('title')}
      className="scroll-slim relative border-line bg-sunken/60 p-4 pb-6 lg:overflow-y-auto lg:border-l lg:p-6"
    >
      <div className="mb-2.5 flex min-h-8 items-center justify-between gap-3">
        <h2 className="text-sm font-bold">{t('title')}</h2>
        <span className="text-xs text-ink-3">
          {previews.fresh || previews.list.length === 0 ? t('exact') : t('updating')}
        </span>
      </div>
      {previews.problem && (
        <div className="mb-4">
          <ProblemNotice problem={previews.problem} />
        </div>
      )}
      {chosen.length > 0 && (
        <Tabs selectedKey={shown} onSelectionChange={(key) => onShow(String(key))}>
          <TabList aria-label={t('network')} className="mb-4 flex gap-1 rounded-lg bg-surface p-1 shadow-1">
            {chosen.map((c) => (
              <Tab
                key={c.id}
                id={c.id}
                aria-label={nameOf(c.id)}
                className="grid h-9 flex-1 cursor-pointer place-items-center rounded-md text-ink-3 hover:bg-sunken hover:text-ink selected:bg-ink selected:text-surface max-lg:h-11"
              >
                <NetworkGlyph kind={c.kind} size={17} />
              </Tab>
            ))}
          </TabList>
          {chosen.map((c) => {
            const preview = previews.list.find((p) => p.channel_id === c.id);
            return (
              <TabPanel key={c.id} id={c.id} className="mx-auto max-w-[424px] outline-none">
                {preview ? (
                  <NetworkPreview
                    preview={preview}
                    network={kinds.find((k) => k.kind === c.kind)?.title ?? c.kind}
                    account={c.account.name || c.name}
                    when={when}
                  />
                ) : (
                  <p className="rounded-lg border border-dashed border-line-strong px-4 py-10 text-center text-sm text-ink-2">
                    {t('empty')}
                  </p>
                )}
                <ul className="mt-3 flex flex-wrap items-center justify-center gap-x-3 gap-y-1 text-xs font-medium empty:hidden">
                  {c.practice && (
                    <li>
                      <PracticeTag />
                    </li>
                  )}
                  {draft.overrides[c.id] !== undefined && (
                    <li className="flex items-center gap-1.5 text-brass-ink">
                      <span aria-hidden className="size-1.5 rounded-full bg-brass" />
                      {t('adapted', { name: nameOf(c.id) })}
                    </li>
                  )}
                  {preview?.shortened && (
                    <li className="flex items-center gap-1.5 text-brass-ink">
                      <Scissors size={13} aria-hidden />
                      {t('shortened')}
                    </li>
                  )}
                </ul>
              </TabPanel>
            );
          })}
        </Tabs>
      )}
      {chosen.length === 0 && (
        <p className="rounded-lg border border-dashed border-line-strong px-4 py-10 text-center text-sm text-ink-2">
          {t('noChannel')}
        </p>
      )}
    </aside>
  );
}
