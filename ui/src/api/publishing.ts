import { $api } from './client';

/** Slots, signature and groups of hashtags of the commune. */
export const publishingQuery = $api.queryOptions('get', '/publishing-settings');
/** Whether there is a private feed of the plan; its address is not told again. */
export const calendarFeedQuery = $api.queryOptions('get', '/calendar/feed');
