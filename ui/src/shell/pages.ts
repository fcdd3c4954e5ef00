import type { LinkProps } from '@tanstack/react-router';
import {
  CalendarDays,
  CalendarHeart,
  FileStack,
  Images,
  Inbox,
  type LucideIcon,
  Newspaper,
  Plug,
  Settings,
  Sun,
} from 'lucide-react';

/** A page of the navigation. Its name is in the messages of `nav`. */
export type Entry = {
  to: LinkProps['to'];
  key: 'today' | 'calendar' | 'posts' | 'events' | 'imports' | 'templates' | 'library' | 'channels' | 'settings';
  icon: LucideIcon;
};

export const TODAY: Entry = { to: '/', key: 'today', icon: Sun };
export const CALENDAR: Entry = { to: '/calendar', key: 'calendar', icon: CalendarDays };
export const POSTS: Entry = { to: '/posts', key: 'posts', icon: Newspaper };

/** What a phone has in its menu, as the bar at its foot has room for four. */
export const REST: Entry[] = [
  { to: '/events', key: 'events', icon: CalendarHeart },
  { to: '/imports', key: 'imports', icon: Inbox },
  { to: '/templates', key: 'templates', icon: FileStack },
  { to: '/media', key: 'library', icon: Images },
  { to: '/channels', key: 'channels', icon: Plug },
  { to: '/settings', key: 'settings', icon: Settings },
];

/** Always in the same order. */
export const ENTRIES: Entry[] = [TODAY, CALENDAR, POSTS, ...REST];
