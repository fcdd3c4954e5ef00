import { $api } from './client';

/** The stream tells at once; this reads again all the same, for lines that are cut without a sign. */
const SAFETY_NET = 30_000;

/** What the simulated networks show. */
export const practiceQuery = $api.queryOptions('get', '/practice', undefined, { refetchInterval: SAFETY_NET });
