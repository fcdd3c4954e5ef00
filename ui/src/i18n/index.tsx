import { createContext, type ReactNode, use, useEffect, useMemo, useState } from 'react';
import { I18nProvider } from 'react-aria-components';
import { IntlProvider } from 'use-intl';
import type calendar from './calendar/fr.json';
import type connect from './connect/fr.json';
import type crisis from './crisis/fr.json';
import type events from './events/fr.json';
import fr from './fr.json';
import type help from './help/fr.json';
import type imports from './imports/fr.json';
import type library from './library/fr.json';
import type pictures from './pictures/fr.json';
import type rest from './rest/fr.json';
import type today from './today/fr.json';
import type writing from './writing/fr.json';

type Common = typeof fr;
/** What each page says, and what the catalogues of the folders bring to those that say more. */
export type Messages = Common &
  typeof calendar &
  typeof connect &
  typeof crisis &
  typeof events &
  typeof help &
  typeof imports &
  typeof library &
  typeof pictures &
  typeof rest &
  typeof today &
  typeof writing;
export const LANGUAGES = ['fr', 'nl', 'de', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

declare module 'use-intl' {
  interface AppConfig {
    Messages: Messages;
    Locale: Language;
  }
}

const LOCALES: Record<Language, string> = { fr: 'fr-BE', nl: 'nl-BE', de: 'de-BE', en: 'en-GB' };
const LOAD: Record<Language, () => Promise<Common>> = {
  fr: async () => fr,
  nl: async () => (await import('./nl.json')).default,
  de: async () => (await import('./de.json')).default,
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
