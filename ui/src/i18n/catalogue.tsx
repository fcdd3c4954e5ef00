import { type ComponentType, type ReactNode, Suspense, use, useMemo } from 'react';
import { IntlProvider, useLocale, useMessages } from 'use-intl';
import type { Language } from '.';

type Provider = ComponentType<{ children: ReactNode }>;

/**
 * Words that only some pages say, brought by a component around them. French is
 * part of the page; the other languages are loaded when they are asked for.
 */
export function catalogue<Own extends object>(
  french: Own,
  others: Record<Exclude<Language, 'fr'>, () => Promise<{ default: Own }>>,
): Provider {
  const loading = new Map<Language, Promise<Own>>();
  const words = (language: Exclude<Language, 'fr'>) => {
    const known = loading.get(language);
    if (known) return known;
    const arriving = others[language]().then((m) => m.default);
    loading.set(language, arriving);
    // Asked for again when it did not arrive.
    arriving.catch(() => loading.delete(language));
    return arriving;
  };

  function WithOwn({ children }: { children: ReactNode }) {
    const locale = useLocale();
    const shared = useMessages();
    const own = locale === 'fr' ? french : use(words(locale));
    const messages = useMemo(() => ({ ...shared, ...own }), [shared, own]);
    return (
      <IntlProvider locale={locale} messages={messages} timeZone="UTC">
        {children}
      </IntlProvider>
    );
  }

  return ({ children }) => (
    <Suspense>
      <WithOwn>{children}</WithOwn>
    </Suspense>
  );
}
