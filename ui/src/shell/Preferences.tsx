import clsx from 'clsx';
import { Languages as LanguagesIcon, Moon, Sun } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { LANGUAGES, type Language, useLanguage } from '../i18n';
import { ownName } from '../i18n/ownName';
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

/** The browser's own list: the smallest there is, and every phone knows how to show it. */
export function LanguageToggle({ className }: { className?: string }) {
  const t = useTranslations('preferences');
  const { language, choose } = useLanguage();
  return (
    <label
      title={t('language')}
      className={clsx(
        'relative inline-grid size-9 shrink-0 cursor-pointer place-items-center rounded-md focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-focus max-lg:size-11',
        className,
      )}
    >
      <LanguagesIcon size={18} aria-hidden />
      <select
        aria-label={t('language')}
        className="absolute inset-0 cursor-pointer text-ink opacity-0"
        value={language}
        onChange={({ target }) => choose(target.value as Language)}
      >
        {LANGUAGES.map((l) => (
          <option key={l} value={l} lang={l}>
            {ownName(l)}
          </option>
        ))}
      </select>
    </label>
  );
}
