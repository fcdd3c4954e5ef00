import { type ReactNode, Suspense, use, useMemo } from 'react';
import { IntlProvider, useLocale, useMessages } from 'use-intl';
import fr from './fr.json';

type Own = typeof fr;

const kept: { english?: Promise<Own> } = {};
const english = () => {
  if (kept.english) return kept.english;
  const words = import('./en.json').then((m) => m.default);
  kept.english = words;
  // Asked for again when it did not arrive.
  words.catch(() => delete kept.english);
  return words;
};

function WithOwn({ children }: { children: ReactNode }) {
  const locale = useLocale();
  const shared = useMessages();
  const own = locale === 'fr' ? fr : use(english());
  const messages = useMemo(() => ({ ...shared, ...own }), [shared, own]);
  return (
    <IntlProvider locale={locale} messages={messages} timeZone="UTC">
      {children}
    </IntlProvider>
  );
}

/** Brings the words of alerts. They are apart from the others, as their pages must be there first on a slow line. */
export const CrisisMessages = ({ children }: { children: ReactNode }) => (
  <Suspense>
    <WithOwn>{children}</WithOwn>
  </Suspense>
);
