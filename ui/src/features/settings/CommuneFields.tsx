import { useTranslations } from 'use-intl';
import type { components } from '../../api/schema.gen';
import { useLanguage } from '../../i18n';
import { Select } from '../../ui/Select';
import { zoneChoices } from './zones';

export type CommuneLanguage = components['schemas']['CommuneLanguage'];
const LANGUAGES: CommuneLanguage[] = ['fr-BE', 'nl-BE', 'de-BE'];

const capitalised = (word: string) => word.charAt(0).toLocaleUpperCase() + word.slice(1);

export const isCommuneLanguage = (value: unknown): value is CommuneLanguage =>
  LANGUAGES.includes(value as CommuneLanguage);

/** Zone and language of what is published, as form fields named `zone` and `language`. */
export function CommuneFields({ zone, language }: { zone: string; language: string }) {
  const t = useTranslations('settings');
  const { locale } = useLanguage();
  const names = new Intl.DisplayNames(locale, { type: 'language' });
  return (
    <>
      <Select
        name="language"
        label={t('language')}
        help={t('languageHelp')}
        defaultValue={language}
        choices={LANGUAGES.map((value) => ({ value, label: capitalised(names.of(value.slice(0, 2)) ?? value) }))}
      />
      <Select name="zone" label={t('zone')} help={t('zoneHelp')} defaultValue={zone} choices={zoneChoices(zone)} />
    </>
  );
}
