import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { LANGUAGES, useLanguage } from '../../i18n';
import { ownName } from '../../i18n/ownName';
import { singleKeys } from '../../shell/keys';
import { type ThemeChoice, useTheme } from '../../shell/theme';
import { Segmented } from '../../ui/Segmented';
import { Select } from '../../ui/Select';
import { Toggle } from '../../ui/Toggle';
import { Section } from './Section';

/** How Crieur looks and is used on this device. */
export function DisplayPanel() {
  const t = useTranslations('settings');
  const { choice, choose } = useTheme();
  const { language, choose: speak } = useLanguage();
  const [keys, setKeys] = useState(singleKeys.areOn);
  return (
    <Section id="display" title={t('display')} hint={t('displayHint')}>
      <div>
        <p aria-hidden className="mb-1 text-sm font-semibold">
          {t('theme')}
        </p>
        <Segmented<ThemeChoice>
          label={t('theme')}
          value={choice}
          onChange={choose}
          items={[
            { id: 'system', label: t('themeSystem') },
            { id: 'light', label: t('themeLight') },
            { id: 'dark', label: t('themeDark') },
          ]}
        />
      </div>
      <Select
        label={t('interfaceLanguage')}
        value={language}
        onChange={(value) => {
          const known = LANGUAGES.find((l) => l === value);
          if (known) speak(known);
        }}
        choices={LANGUAGES.map((l) => ({ value: l, label: ownName(l) }))}
      />
      <Toggle
        label={t('keys')}
        help={t('keysHint')}
        isSelected={keys}
        isDisabled={false}
        onChange={(on) => {
          singleKeys.set(on);
          setKeys(on);
        }}
      />
    </Section>
  );
}
