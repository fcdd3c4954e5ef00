import { QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { I18nProvider } from 'react-aria-components';
import { IntlProvider } from 'use-intl';
import { queryClient } from '../api/client';
import { acceptSession } from '../api/session';
import fr from '../i18n/fr.json';

/** Shows a part of a page as a signed-in administrator in French sees it. */
export function show(children: ReactNode) {
  acceptSession({
    user: { id: 'u1', email: 'sophie@valmeuse.example', name: 'Sophie Lambert', role: 'administrator' },
    commune: { id: 'c1', name: 'Valmeuse', slug: 'valmeuse', zone: 'Europe/Brussels', language: 'fr-BE' },
    csrf_token: 'token',
  });
  return render(
    <QueryClientProvider client={queryClient}>
      <I18nProvider locale="fr-BE">
        <IntlProvider locale="fr" messages={fr} timeZone="UTC">
          {children}
        </IntlProvider>
      </I18nProvider>
    </QueryClientProvider>,
  );
}
