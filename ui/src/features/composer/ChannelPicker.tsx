import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { Check, FlaskConical, TriangleAlert } from 'lucide-react';
import { type Dispatch, useId } from 'react';
import { ToggleButton } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import type { Channel, Kind } from '../../api/types';
import { Button } from '../../ui/Button';
import { NetworkBadge } from '../../ui/Network';
import { labelOf } from './labels';
import type { Change } from './state';

/** Where to publish: every channel of the commune, as a switch. */
export function ChannelPicker({
  channels,
  kinds,
  chosen,
  dispatch,
}: {
  channels: Channel[];
  kinds: Kind[];
  chosen: string[];
  dispatch: Dispatch<Change>;
}) {
  const t = useTranslations('compose');
  const id = useId();
  const all = channels.every((c) => chosen.includes(c.id));
  if (channels.length === 0) {
    return (
      <div className="rounded-lg border border-dashed border-line-strong px-4 py-5 text-sm">
        <p className="font-semibold">{t('noChannelYet')}</p>
        <p className="mt-1 text-ink-2">
          <Link to="/channels" className="rounded font-semibold text-accent-ink underline underline-offset-2">
            {t('connectOne')}
          </Link>
        </p>
      </div>
    );
  }
  return (
    <div>
      <div className="mb-1 flex items-center justify-between">
        <h2 id={id} className="text-sm font-bold">
          {t('publishTo')}
        </h2>
        <Button
          size="sm"
          variant="ghost"
          className="-mr-2.5"
          onPress={() => dispatch({ type: 'choose', channels: all ? [] : channels.map((c) => c.id) })}
        >
          {all ? t('chooseNone') : t('chooseAll')}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot scroll sideways in every browser */}
      <div
        role="group"
        aria-labelledby={id}
        className="scroll-none -mx-4 flex gap-2 overflow-x-auto px-4 py-1 lg:mx-0 lg:flex-wrap lg:px-0"
      >
        {channels.map((c) => {
          const selected = chosen.includes(c.id);
          return (
            <ToggleButton
              key={c.id}
              isSelected={selected}
              onChange={(now) => dispatch({ type: 'toggle', channel: c.id, chosen: now })}
              className={clsx(
                'inline-flex h-10 shrink-0 cursor-pointer items-center gap-2 rounded-full border border-line-strong bg-surface pr-3.5 pl-1.5 text-sm font-semibold text-ink-2 max-lg:h-11',
                'hover:bg-surface-2 selected:border-accent selected:bg-accent-soft selected:text-accent-ink',
                c.practice && 'border-dashed',
              )}
            >
              <NetworkBadge kind={c.kind} className={clsx(!selected && 'opacity-60 grayscale')} />
              {labelOf(c, channels, kinds)}
              {c.practice && <FlaskConical size={14} aria-label={t('practiceChannel')} />}
              {c.status !== 'connected' && (
                <TriangleAlert size={15} className="text-failed" aria-label={t('channelBroken')} />
              )}
              {selected && <Check size={15} strokeWidth={2.6} aria-hidden />}
            </ToggleButton>
          );
        })}
      </div>
    </div>
  );
}
