import clsx from 'clsx';
import { type ReactNode, useState } from 'react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import type { CrisisTemplate } from '../../api/types';
import { OWN } from './draft';
import { iconOf } from './icons';

const NAMED_OTHER = /^(other|autre|libre|free|own)$/;

/** What happens. On a phone, what is chosen folds the rest away, so that the text and the button share the screen. */
export function HazardTiles({
  templates,
  chosen,
  onChoose,
}: {
  templates: CrisisTemplate[];
  chosen: string | null;
  onChoose: (hazard: string) => void;
}) {
  const t = useTranslations('alert');
  const [all, showAll] = useState(false);
  const folded = chosen !== null && !all;
  const choose = (hazard: string) => {
    showAll(false);
    onChoose(hazard);
  };
  const tile = (hazard: string, name: string, icon: ReactNode) => (
    <Radio
      key={hazard}
      value={hazard || 'own'}
      className={clsx(
        'flex min-h-[60px] cursor-pointer items-center gap-2.5 rounded-lg border-2 border-line-strong/60 bg-surface px-3 py-2 text-base leading-tight font-semibold',
        'hover:border-ink focus-visible:outline-3 selected:border-accent selected:bg-accent selected:text-on-accent',
        folded && chosen !== hazard && 'max-lg:hidden',
        folded && chosen === hazard && 'max-lg:col-span-full',
      )}
    >
      {icon}
      <span className="min-w-0 break-words">{name}</span>
    </Radio>
  );
  return (
    <RadioGroup value={chosen === null ? null : chosen || 'own'} onChange={(v) => choose(v === 'own' ? OWN : v)}>
      <div className="mb-2.5 flex items-baseline justify-between">
        <Label className="text-lg font-bold">{t('what')}</Label>
        {folded && (
          <button
            type="button"
            onClick={() => showAll(true)}
            className="-my-3 h-11 cursor-pointer rounded px-2 text-sm font-semibold underline underline-offset-3 lg:hidden"
          >
            {t('change')}
          </button>
        )}
      </div>
      <div className="grid grid-cols-2 gap-2 sm:grid-cols-3 lg:grid-cols-4">
        {templates.map((x) => {
          const Icon = iconOf(x.icon);
          return tile(x.hazard, x.name, <Icon size={24} aria-hidden className="shrink-0" />);
        })}
        {!templates.some((x) => NAMED_OTHER.test(x.hazard)) &&
          tile(OWN, t('own'), <OwnIcon size={24} aria-hidden className="shrink-0" />)}
      </div>
    </RadioGroup>
  );
}

const OwnIcon = iconOf('pen');
