import { QueryClientProvider } from '@tanstack/react-query';
import { createMemoryHistory, createRootRoute, createRouter, RouterContextProvider } from '@tanstack/react-router';
import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { I18nProvider } from 'react-aria-components';
import { IntlProvider } from 'use-intl';
import { queryClient } from '../api/client';
import { acceptSession } from '../api/session';
import connect from '../i18n/connect/fr.json';
import fr from '../i18n/fr.json';
import rest from '../i18n/rest/fr.json';

/** Knows no page: links only need to say where they lead. */
const router = createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() });

/** Shows a part of a page as a signed-in administrator in French sees it. */
export function show(children: ReactNode) {
  acceptSession({
    user: { id: 'u1', email: 'sophie@valmeuse.example', name: 'Sophie Lambert', role: 'administrator', crisis: true },
    commune: {
      id: 'c1',
      name: 'Valmeuse',
      slug: 'valmeuse',
      zone: 'Europe/Brussels',
      language: 'fr-BE',
      ask_before_resend: false,
    },
    csrf_token: 'token',
  });
  return render(
    <QueryClientProvider client={queryClient}>
      <I18nProvider locale="fr-BE">
        <IntlProvider locale="fr" messages={{ ...fr, ...rest, ...connect }} timeZone="UTC">
          <RouterContextProvider router={router}>{children}</RouterContextProvider>
        </IntlProvider>
      </I18nProvider>
    </QueryClientProvider>,
  );
}
