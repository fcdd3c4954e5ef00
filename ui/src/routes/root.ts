import { createRootRoute, createRoute, redirect } from '@tanstack/react-router';
import { queryClient } from '../api/client';
import { toProblem } from '../api/problem';
import { sessionQuery } from '../api/session';
import { takeWhatIsKnown } from '../offline/lastKnown';
import { AppShell } from '../shell/AppShell';
import { NotFound, PageError } from '../shell/PageError';

export const root = createRootRoute({ notFoundComponent: NotFound, errorComponent: PageError });

/** Above every page for which one must be signed in. */
export const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(sessionQuery);
    } catch (error) {
      const { status } = toProblem(error);
      // Nobody answers: who was signed in here may go on writing.
      if (status === 0 && takeWhatIsKnown()) return;
      if (status !== 401) throw error;
      throw redirect({ to: '/login', search: location.href === '/' ? {} : { next: location.href } });
    }
  },
  component: AppShell,
});
