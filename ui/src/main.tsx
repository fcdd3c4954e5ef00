import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { queryClient } from './api/client';
import { forgetEarly } from './early/answers';
import { Languages } from './i18n';
import { rememberWhatArrives } from './offline/lastKnown';
import { keepOffline } from './offline/register';
import type { newRouter } from './router';
import { applyStoredTheme } from './shell/theme';
import { declareTypeface, isKept } from './shell/typeface';

const SETTLED_MS = 3_000;

/** Draws the application. */
export function open(router: ReturnType<typeof newRouter>): void {
  const element = document.getElementById('root');
  if (!element) throw new Error('index.html has no #root');
  applyStoredTheme();
  rememberWhatArrives();
  const typefaceIsKept = isKept();
  if (typefaceIsKept) declareTypeface();
  /** Once this page stands: what it did not ask for is forgotten, and what can wait is fetched. */
  const settle = () => {
    forgetEarly();
    if (!typefaceIsKept) declareTypeface();
    if (import.meta.env.PROD) void keepOffline();
  };
  // The page may be loaded before this script arrives.
  if (document.readyState === 'complete') setTimeout(settle, SETTLED_MS);
  else addEventListener('load', () => setTimeout(settle, SETTLED_MS));

  createRoot(element).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <Languages>
          <RouterProvider router={router} />
        </Languages>
      </QueryClientProvider>
    </StrictMode>,
  );
}
