import { ToggleButton } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import type { Channel, PostStatus } from '../../api/types';
import { Segmented } from '../../ui/Segmented';
import { postLook } from '../../ui/Tags';
import { type Colours, NetworkLegend, useByChannel } from './Look';

/** Always shown, as the legend; the others only where there are some. */
const LEGEND: PostStatus[] = ['awaiting_approval', 'scheduled', 'published', 'failed'];
const ORDER: PostStatus[] = [
  'draft',
  'awaiting_approval',
  'scheduled',
  'publishing',
  'published',
  'partly_published',
  'failed',
  'cancelled',
];

const selectLook =
  'h-8 max-w-44 shrink-0 cursor-pointer rounded-md border border-line-strong bg-surface px-2 text-xs font-semibold text-ink max-lg:h-10';

function Choice({
  label,
  all,
  value,
  options,
  onChange,
}: {
  label: string;
  all: string;
  value: string | undefined;
  options: { id: string; name: string }[];
  onChange: (id: string | undefined) => void;
}) {
  return (
    <select
      aria-label={label}
      value={value ?? ''}
      onChange={(e) => onChange(e.target.value || undefined)}
      className={selectLook}
    >
      <option value="">{all}</option>
      {options.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** Statuses as legend, count and filter in one; channels; categories. */
export function Filters({
  statuses,
  counts,
  channel,
  channels,
  category,
  categories,
  onStatuses,
  onChannel,
  onCategory,
  onColours,
}: {
  statuses: readonly PostStatus[];
  counts: ReadonlyMap<PostStatus, number>;
  channel: string | undefined;
  channels: Channel[];
  category: string | undefined;
  categories: string[];
  onStatuses: (statuses: PostStatus[]) => void;
  onChannel: (id: string | undefined) => void;
  onCategory: (name: string | undefined) => void;
  onColours: (colours: Colours) => void;
}) {
  const t = useTranslations('calendar');
  const byChannel = useByChannel();
  const words = useTranslations('postStatus');
  const shown = ORDER.filter((s) => LEGEND.includes(s) || statuses.includes(s) || (counts.get(s) ?? 0) > 0);
  const named = category && !categories.includes(category) ? [...categories, category] : categories;
  return (
    <>
      <fieldset className="contents">
        <legend className="sr-only">{t('byStatus')}</legend>
        {shown.map((status) => {
          const { icon: Icon, className } = postLook(status);
          return (
            <ToggleButton
              key={status}
              isSelected={statuses.includes(status)}
              onChange={(on) => onStatuses(on ? [...statuses, status] : statuses.filter((s) => s !== status))}
              className="inline-flex h-8 shrink-0 cursor-pointer items-center gap-1.5 rounded-full border border-line-strong/60 px-2.5 text-xs font-semibold text-ink-2 hover:bg-surface-2 max-lg:h-10 selected:border-accent selected:bg-accent-soft selected:text-accent-ink"
            >
              <Icon size={14} aria-hidden className={byChannel ? '' : `${className} bg-transparent!`} />
              {words(status)}
              <span className="font-medium">{counts.get(status) ?? 0}</span>
            </ToggleButton>
          );
        })}
      </fieldset>
      {channels.length > 1 && (
        <Choice label={t('channel')} all={t('allChannels')} value={channel} options={channels} onChange={onChannel} />
      )}
      {named.length > 0 && (
        <Choice
          label={t('category')}
          all={t('allCategories')}
          value={category}
          options={named.map((name) => ({ id: name, name }))}
          onChange={onCategory}
        />
      )}
      {channels.length > 1 && (
        <div className="flex shrink-0 items-center gap-1.5 [&_button]:h-7 [&_button]:px-2.5 [&_button]:text-xs max-lg:[&_button]:h-9">
          <span aria-hidden className="ml-1 text-xs font-semibold text-ink-2">
            {t('colours')}
          </span>
          <Segmented<Colours>
            label={t('colours')}
            value={byChannel ? 'channel' : 'status'}
            onChange={onColours}
            items={[
              { id: 'status', label: t('byStatusShort') },
              { id: 'channel', label: t('channel') },
            ]}
          />
        </div>
      )}
      {channels.length > 1 && byChannel && <NetworkLegend kinds={[...new Set(channels.map((c) => c.kind))].sort()} />}
    </>
  );
}
