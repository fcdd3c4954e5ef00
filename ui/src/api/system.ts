import { $api } from './client';

const SAFETY_NET = 60_000;

/** The clock, recovery and what is overdue. */
export const systemQuery = $api.queryOptions('get', '/system', undefined, { refetchInterval: SAFETY_NET });

/** What is held for a person to decide. */
export const reviewQuery = $api.queryOptions('get', '/review', undefined, { refetchInterval: SAFETY_NET });

export const preferencesQuery = $api.queryOptions('get', '/preferences');
