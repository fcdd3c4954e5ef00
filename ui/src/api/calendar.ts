import { keepPreviousData } from '@tanstack/react-query';
import { $api } from './client';
import type { components } from './schema.gen';

type Schemas = components['schemas'];
export type CalendarDays = Schemas['CalendarDays'];
export type CalendarEntry = Schemas['CalendarEntry'];
export type CalendarEvent = Schemas['CalendarEvent'];
export type FreeSlot = Schemas['FreeSlot'];
export type Holiday = Schemas['Holiday'];
export type Series = Schemas['Series'];

/** Some days of the commune's calendar, the last one not included. What was shown stays until the new days arrive. */
export const calendarQuery = (from: string, to: string) =>
  $api.queryOptions(
    'get',
    '/calendar',
    { params: { query: { from, to } } },
    { staleTime: 30_000, placeholderData: keepPreviousData },
  );

/** All ranges of the calendar that are known. */
export const CALENDAR_KEY = ['get', '/calendar'] as const;
