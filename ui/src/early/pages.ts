/** A page whose address is often opened first: where it is, and what it asks of the server before it is drawn. */
export type EarlyPage = { load: () => Promise<unknown>; asks: readonly string[] };

const SIGNED_IN = ['/session', '/channels', '/kinds'] as const;

/** By the first part of the address; the pages below it are asked for by the router, a little later. */
const PAGES: Record<string, EarlyPage> = {
  '/': { load: () => import('../features/today/TodayPage'), asks: SIGNED_IN },
  '/login': { load: () => import('../features/login/LoginPage'), asks: ['/setup'] },
  '/calendar': { load: () => import('../features/calendar/CalendarPage'), asks: SIGNED_IN },
  '/compose': { load: () => import('../features/composer/ComposerPage'), asks: SIGNED_IN },
  '/posts': { load: () => import('../features/posts/PostsPage'), asks: ['/session', '/channels'] },
  '/events': { load: () => import('../features/events/EventsPage'), asks: ['/session'] },
  '/imports': { load: () => import('../features/imports/ImportsPage'), asks: SIGNED_IN },
  '/templates': { load: () => import('../features/imports/TemplatesPage'), asks: ['/session'] },
  '/media': { load: () => import('../features/library/LibraryPage'), asks: ['/session'] },
  '/channels': { load: () => import('../features/channels/ChannelsPage'), asks: SIGNED_IN },
  '/sandbox': { load: () => import('../features/practice/PracticePage'), asks: ['/session'] },
  '/settings': { load: () => import('../features/settings/SettingsPage'), asks: ['/session', '/system'] },
  '/crisis': { load: () => import('../features/crisis/CrisisPage'), asks: ['/session'] },
};

/** The page at an address; undefined where the router alone knows. */
export const earlyPage = (pathname: string): EarlyPage | undefined => PAGES[pathname];
