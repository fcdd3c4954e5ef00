import { Languages as LanguagesIcon, Moon, Sun } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { LANGUAGES, useLanguage } from '../i18n';
import { IconButton } from '../ui/Button';
import { useTheme } from './theme';

export function ThemeToggle({ className }: { className?: string }) {
  const t = useTranslations('preferences');
  const { theme, toggle } = useTheme();
  return (
    <IconButton
      label={theme === 'dark' ? t('light') : t('dark')}
      icon={theme === 'dark' ? Sun : Moon}
      {...(className ? { className } : {})}
      onPress={toggle}
    />
  );
}

export function LanguageToggle({ className }: { className?: string }) {
  const t = useTranslations('preferences');
  const { language, choose } = useLanguage();
  const next = LANGUAGES[(LANGUAGES.indexOf(language) + 1) % LANGUAGES.length] ?? 'fr';
  return (
    <IconButton
      label={t('language', { language: next })}
      icon={LanguagesIcon}
      {...(className ? { className } : {})}
      onPress={() => choose(next)}
    />
  );
}
