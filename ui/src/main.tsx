import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/client';
import { forgetEarly } from './early/answers';
import { Languages } from './i18n';
import { rememberWhatArrives } from './offline/lastKnown';
import { keepOffline } from './offline/register';
import { router } from './router';
import { applyStoredTheme } from './shell/theme';

applyStoredTheme();
rememberWhatArrives();
router.subscribe('onResolved', forgetEarly);
// The other pages are fetched for later once this one stands. It may be loaded before this script arrives.
const SETTLED_MS = 3_000;
const settle = () => setTimeout(() => void keepOffline(), SETTLED_MS);
if (import.meta.env.PROD) {
  if (document.readyState === 'complete') settle();
  else addEventListener('load', settle);
}

const element = document.getElementById('root');
if (!element) throw new Error('index.html has no #root');

createRoot(element).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <Languages>
        <RouterProvider router={router} />
      </Languages>
    </QueryClientProvider>
  </StrictMode>,
);
