import { Check, FlaskConical } from 'lucide-react';
import { useId } from 'react';
import { ToggleButton } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import type { Channel } from '../../api/types';
import { NetworkBadge } from '../../ui/Network';

/** Some of the commune's channels, each as a switch. */
export function ChannelChoice({
  channels,
  chosen,
  label,
  problem,
  onChange,
}: {
  channels: Channel[];
  chosen: string[];
  label: string;
  problem?: string | undefined;
  onChange: (ids: string[]) => void;
}) {
  const t = useTranslations('imports');
  const id = useId();
  return (
    <div>
      <p id={id} className="mb-1 text-sm font-semibold">
        {label}
      </p>
      {channels.length === 0 && <p className="text-sm text-ink-2">{t('noChannel')}</p>}
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out like this in every browser */}
      <div role="group" aria-labelledby={id} className="flex flex-wrap gap-2">
        {channels.map((c) => (
          <ToggleButton
            key={c.id}
            isSelected={chosen.includes(c.id)}
            onChange={(on) => onChange(on ? [...chosen, c.id] : chosen.filter((other) => other !== c.id))}
            className="inline-flex h-10 max-w-full cursor-pointer items-center gap-2 rounded-full border border-line-strong bg-surface pr-3.5 pl-1.5 text-sm font-semibold text-ink-2 hover:bg-surface-2 selected:border-accent selected:bg-accent-soft selected:text-accent-ink max-lg:h-11"
          >
            {({ isSelected }) => (
              <>
                <NetworkBadge kind={c.kind} size={25} />
                <span className="truncate">{c.name}</span>
                {c.practice && <FlaskConical size={14} aria-label={t('practice')} className="shrink-0" />}
                {isSelected && <Check size={15} aria-hidden className="shrink-0" />}
              </>
            )}
          </ToggleButton>
        ))}
      </div>
      {problem && <p className="mt-1 text-sm font-medium text-failed">{problem}</p>}
    </div>
  );
}
