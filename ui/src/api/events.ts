import { $api, queryClient } from './client';
import type { components } from './schema.gen';

type Schemas = components['schemas'];

export type AgendaEvent = Schemas['Event'];
export type EventStatus = Schemas['EventStatus'];
export type SeriesStep = Schemas['SeriesStep'];
export type AnnouncementKind = Schemas['AnnouncementKind'];
export type NewEvent = Schemas['NewEvent'];
export type EventPatch = Schemas['EventPatch'];
export type EventChange = Schemas['EventChange'];
export type EventPlan = Schemas['EventPlan'];
export type PlannedAnnouncement = Schemas['PlannedAnnouncement'];
export type Cascade = Schemas['Cascade'];
export type CascadeItem = Schemas['CascadeItem'];
export type Recipe = Schemas['Recipe'];
export type Recurrence = Schemas['Recurrence'];
export type RecurrenceTopic = Schemas['RecurrenceTopic'];
export type NewRecurrence = Schemas['NewRecurrence'];
export type Occurrence = Schemas['Occurrence'];
export type RecurrenceImport = Schemas['RecurrenceImport'];
export type RecurrenceImportResult = Schemas['RecurrenceImportResult'];

const DAY_MS = 86_400_000;
const midnight = () => Math.floor(Date.now() / DAY_MS) * DAY_MS;
const instant = (ms: number) => new Date(ms).toISOString();

/** Those of which a part is still to come, and what ended today. */
export const upcomingQuery = () =>
  $api.queryOptions('get', '/events', { params: { query: { from: instant(midnight()) } } });
/** Those that began in the year before today. */
export const pastQuery = () =>
  $api.queryOptions('get', '/events', {
    params: { query: { from: instant(midnight() - 365 * DAY_MS), to: instant(midnight()) } },
  });
export const eventQuery = (id: string) => $api.queryOptions('get', '/events/{id}', { params: { path: { id } } });
export const recipesQuery = $api.queryOptions('get', '/recipes');
export const templatesQuery = $api.queryOptions('get', '/templates');
export const recurrencesQuery = $api.queryOptions('get', '/recurrences');
export const recurrenceQuery = (id: string) =>
  $api.queryOptions('get', '/recurrences/{id}', { params: { path: { id } } });

/** What an act answered is the newest that is known; the lists are read again. */
export function tookEvent(event: AgendaEvent) {
  queryClient.setQueryData(eventQuery(event.id).queryKey, event);
  void queryClient.invalidateQueries({ queryKey: ['get', '/events'] });
}

export function tookRecurrence(recurrence: Recurrence) {
  queryClient.setQueryData(recurrenceQuery(recurrence.id).queryKey, recurrence);
  void queryClient.invalidateQueries({ queryKey: recurrencesQuery.queryKey });
}
