import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import { useTranslations } from 'use-intl';

const look =
  'h-11 min-w-0 cursor-pointer rounded-md px-4 text-sm font-bold text-ink-2 hover:text-ink selected:bg-act selected:text-white';

/** For real, or to practise. */
export function ModeSwitch({ exercise, onChange }: { exercise: boolean; onChange: (exercise: boolean) => void }) {
  const t = useTranslations('alert');
  return (
    <ToggleButtonGroup
      aria-label={t('mode')}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[exercise ? 'exercise' : 'real']}
      onSelectionChange={([key]) => onChange(key === 'exercise')}
      className="grid grid-cols-2 rounded-lg bg-sunken p-1 max-sm:w-full"
    >
      <ToggleButton id="real" className={look}>
        {t('real')}
      </ToggleButton>
      <ToggleButton id="exercise" className={look}>
        {t('exercise')}
      </ToggleButton>
    </ToggleButtonGroup>
  );
}
