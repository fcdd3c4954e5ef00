/**
 * A page whose address is often opened first: the file that draws it, which the server names with the page
 * (vite.config.ts), and what it asks of the server before it is drawn.
 */
export type EarlyPage = { file: string; asks: readonly string[] };

/** What the frame around every page asks. */
const FRAME = ['/session', '/notices?unread=true', '/review', '/crisis'] as const;
const CHANNELS = ['/channels', '/kinds'] as const;

/** By address; the pages below them are asked for by the router, a little later. */
export const EARLY_PAGES: Record<string, EarlyPage> = {
  '/': {
    file: 'today/TodayPage',
    asks: [...FRAME, ...CHANNELS, '/notices', '/imports?state=proposed&limit=50'],
  },
  '/login': { file: 'login/LoginPage', asks: ['/setup'] },
  '/calendar': { file: 'calendar/CalendarPage', asks: [...FRAME, ...CHANNELS] },
  '/compose': { file: 'composer/ComposerPage', asks: [...FRAME, ...CHANNELS] },
  '/posts': { file: 'posts/PostsPage', asks: [...FRAME, '/channels', '/posts?limit=20'] },
  '/events': { file: 'events/EventsPage', asks: FRAME },
  '/imports': { file: 'imports/ImportsPage', asks: [...FRAME, ...CHANNELS] },
  '/templates': { file: 'imports/TemplatesPage', asks: FRAME },
  '/media': { file: 'library/LibraryPage', asks: FRAME },
  '/channels': { file: 'channels/ChannelsPage', asks: [...FRAME, ...CHANNELS] },
  '/sandbox': { file: 'practice/PracticePage', asks: FRAME },
  '/settings': { file: 'settings/SettingsPage', asks: [...FRAME, '/system'] },
  // It has the whole screen: the frame's own questions are not asked.
  '/crisis': { file: 'crisis/CrisisPage', asks: ['/session', '/crisis', '/crisis/templates'] },
};
