import { $api } from './client';

const SAFETY_NET = 60_000;

/** The clock, recovery and what is overdue. */
export const systemQuery = $api.queryOptions('get', '/system', undefined, { refetchInterval: SAFETY_NET });

/** What is held for a person to decide; what an alert holds has a page of its own. */
export const reviewQuery = $api.queryOptions('get', '/review', undefined, {
  refetchInterval: SAFETY_NET,
  select: ({ items }) => ({ items: items.filter((item) => item.reason !== 'crisis') }),
});

export const preferencesQuery = $api.queryOptions('get', '/preferences');
