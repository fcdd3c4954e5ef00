import { type ReactNode, Suspense, use, useMemo } from 'react';
import { IntlProvider, useLocale, useMessages } from 'use-intl';
import type { Language } from '..';
import fr from './fr.json';

type Own = typeof fr;

const loading = new Map<Language, Promise<Own>>();
const english = () => {
  const known = loading.get('en');
  if (known) return known;
  const words = import('./en.json').then((m) => m.default);
  loading.set('en', words);
  // Asked for again when it did not arrive.
  words.catch(() => loading.delete('en'));
  return words;
};

function WithOwn({ children }: { children: ReactNode }) {
  const locale = useLocale();
  const shared = useMessages();
  const own = locale === 'fr' ? fr : use(english());
  const messages = useMemo(() => ({ ...shared, ...own }), [shared, own]);
  return (
    <IntlProvider locale={locale} messages={messages}>
      {children}
    </IntlProvider>
  );
}

/** Brings the words that the list and the composer do without: those must be there fast. */
export const AllMessages = ({ children }: { children: ReactNode }) => (
  <Suspense>
    <WithOwn>{children}</WithOwn>
  </Suspense>
);
