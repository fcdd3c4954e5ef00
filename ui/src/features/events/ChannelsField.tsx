import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { Check, FlaskConical, TriangleAlert } from 'lucide-react';
import { useId } from 'react';
import { ToggleButton } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { channelsQuery, kindsQuery } from '../../api/channels';
import { inOrder } from '../../data/channels';
import { NetworkBadge } from '../../ui/Network';
import { useChannelName } from './useChannelName';

/** Where the announcements go: every channel of the commune, as a switch. */
export function ChannelsField({ value, onChange }: { value: string[]; onChange: (channels: string[]) => void }) {
  const t = useTranslations('events');
  const id = useId();
  const nameOf = useChannelName();
  const { kinds } = useSuspenseQuery(kindsQuery).data;
  const channels = inOrder(useSuspenseQuery(channelsQuery).data.channels, kinds);
  return (
    <div>
      <span id={id} className="mb-1.5 block text-sm font-semibold">
        {t('channels')}
      </span>
      {channels.length === 0 ? (
        <p className="text-sm text-ink-2">
          {t('noChannel')}{' '}
          <Link to="/channels" className="rounded font-semibold text-accent-ink underline underline-offset-2">
            {t('connectOne')}
          </Link>
        </p>
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: its name is a span beside it
        <div role="group" aria-labelledby={id} className="flex flex-wrap gap-2">
          {channels.map((c) => {
            const selected = value.includes(c.id);
            return (
              <ToggleButton
                key={c.id}
                isSelected={selected}
                onChange={(now) => onChange(now ? [...value, c.id] : value.filter((v) => v !== c.id))}
                className={clsx(
                  'inline-flex h-9 max-w-full cursor-pointer items-center gap-2 rounded-full border border-line-strong bg-surface pr-3 pl-1 text-sm font-semibold text-ink-2 max-lg:h-11',
                  'hover:bg-surface-2 selected:border-accent selected:bg-accent-soft selected:text-accent-ink',
                  c.practice && 'border-dashed',
                )}
              >
                <NetworkBadge kind={c.kind} size={25} className={clsx(!selected && 'opacity-60 grayscale')} />
                <span className="truncate">{nameOf(c.id)}</span>
                {c.practice && <FlaskConical size={14} aria-label={t('practice')} />}
                {c.status !== 'connected' && (
                  <TriangleAlert size={15} className="text-failed" aria-label={t('channelBroken')} />
                )}
                {selected && <Check size={15} strokeWidth={2.6} aria-hidden className="shrink-0" />}
              </ToggleButton>
            );
          })}
        </div>
      )}
    </div>
  );
}
