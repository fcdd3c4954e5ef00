import { atRest } from './until.mjs';

/** Every page that the navigation leads to, and how to reach it: a name, and its address. */
export const pages = ({ said, event }) => [
  ['today', '/'],
  ['calendar', '/calendar'],
  ['compose', '/compose'],
  ['crisis', '/crisis'],
  ['calendar-week', '/calendar?view=week'],
  ['calendar-list', '/calendar?view=list'],
  ['posts', '/posts'],
  ['post', `/posts/${said.id}`],
  ['events', '/events'],
  ['event', `/events/${event.id}`],
  ['event-new', '/events/new'],
  ['recurrences', '/recurrences'],
  ['imports', '/imports'],
  ['sources', '/imports/sources'],
  ['list', '/imports/list'],
  ['templates', '/templates'],
  ['media', '/media'],
  ['channels', '/channels'],
  ['sandbox', '/sandbox'],
  ['welcome', '/welcome'],
  ['settings', '/settings'],
  ['settings-alerts', '/settings/alerts'],
  ['notices', '/notices'],
  ['review', '/review'],
  ['crisis-exercise', '/crisis?exercise=true'],
  ['crisis-held', '/crisis/held'],
  ['crisis-history', '/crisis/history'],
];

/** A page is ready to be looked at: what it shows is there, nothing moves any more. */
export async function isThere(page) {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await atRest(page);
}
