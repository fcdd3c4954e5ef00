import { createRouter } from '@tanstack/react-router';
import { calendarRoutes } from './routes/calendar';
import { crisisRoutes } from './routes/crisis';
import { entryRoutes } from './routes/entry';
import { eventsRoutes } from './routes/events';
import { importsRoutes } from './routes/imports';
import { libraryRoutes } from './routes/library';
import { postRoutes } from './routes/posts';
import { practiceRoutes } from './routes/practice';
import { root, signedIn } from './routes/root';
import { settingsRoutes } from './routes/settings';
import { todayRoutes } from './routes/today';
import { NotFound, PageError } from './shell/PageError';

/** Once in the life of a page. */
export const newRouter = () =>
  createRouter({
    routeTree: root.addChildren([
      ...entryRoutes,
      signedIn.addChildren([
        ...todayRoutes,
        ...postRoutes,
        ...calendarRoutes,
        ...eventsRoutes,
        ...importsRoutes,
        ...libraryRoutes,
        ...practiceRoutes,
        ...settingsRoutes,
        ...crisisRoutes,
      ]),
    ]),
    defaultPreload: 'intent',
    // The query cache decides what is old.
    defaultPreloadStaleTime: 0,
    defaultErrorComponent: PageError,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** The page has the whole screen: no rail, no bottom bar. */
    focus?: boolean;
  }
  interface Register {
    router: ReturnType<typeof newRouter>;
  }
}
