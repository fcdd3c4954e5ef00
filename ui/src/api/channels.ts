import { $api } from './client';

export const channelsQuery = $api.queryOptions('get', '/channels');
export const kindsQuery = $api.queryOptions('get', '/kinds', undefined, { staleTime: 3_600_000 });
