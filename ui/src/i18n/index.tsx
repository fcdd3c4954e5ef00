import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import { IntlProvider } from 'use-intl';
import type crisis from './crisis/fr.json';
import fr from './fr.json';
import type rest from './rest/fr.json';

type Common = typeof fr;
/** What each page says, and what `AllMessages` and `CrisisMessages` bring to those that say more. */
export type Messages = Common & typeof rest & typeof crisis;
export const LANGUAGES = ['fr', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

declare module 'use-intl' {
  interface AppConfig {
    Messages: Messages;
    Locale: Language;
  }
}

const LOCALES: Record<Language, string> = { fr: 'fr-BE', en: 'en-GB' };
const LOAD: Record<Language, () => Promise<Common>> = {
  fr: async () => fr,
  en: async () => (await import('./en.json')).default,
};
const STORED = 'crieur.language';

const isLanguage = (value: unknown): value is Language => LANGUAGES.includes(value as Language);

const Context = createContext<{ language: Language; locale: string; choose: (language: Language) => void }>({
  language: 'fr',
  locale: LOCALES.fr,
  choose: () => {},
});

/** The language of the interface and the locale of its numbers and dates. */
export const useLanguage = () => use(Context);

export function Languages({ children }: { children: ReactNode }) {
  const [wanted, choose] = useState<Language>(() => {
    const stored = localStorage.getItem(STORED);
    return isLanguage(stored) ? stored : 'fr';
  });
  const [shown, show] = useState<{ language: Language; messages: Common }>({ language: 'fr', messages: fr });

  useEffect(() => {
    let current = true;
    localStorage.setItem(STORED, wanted);
    void LOAD[wanted]().then((messages) => {
      if (!current) return;
      show({ language: wanted, messages });
      document.documentElement.lang = wanted;
    });
    return () => {
      current = false;
    };
  }, [wanted]);

  const locale = LOCALES[shown.language];
  const value = useMemo(() => ({ language: wanted, locale, choose }), [wanted, locale]);
  return (
    <Context value={value}>
      <I18nProvider locale={locale}>
        <IntlProvider locale={shown.language} messages={shown.messages as Messages} timeZone="UTC">
          {children}
        </IntlProvider>
      </I18nProvider>
    </Context>
  );
}
