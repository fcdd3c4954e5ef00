import { infiniteQueryOptions } from '@tanstack/react-query';
import { $api, api, queryClient } from './client';
import type { components } from './schema.gen';
import type { Media } from './types';

type Schemas = components['schemas'];
export type Consent = Schemas['Consent'];
export type MediaFilter = Schemas['MediaFilter'];
export type MediaPatch = Schemas['MediaPatch'];
export type MediaUse = Schemas['MediaUse'];

const PAGE = 40;

export type MediaSearch = { q?: string | undefined; filter?: MediaFilter | undefined };

// Not $api.useInfiniteQuery: it sends cursor=0 for the first page.
export const libraryQuery = (search: MediaSearch) =>
  infiniteQueryOptions({
    queryKey: ['get', '/media', search] as const,
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...search, limit: PAGE, ...(pageParam ? { cursor: pageParam } : {}) };
      const { data, error } = await api.GET('/media', { params: { query }, signal });
      if (error) throw error;
      return data;
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });

export const mediaUsesQuery = (id: string) =>
  $api.queryOptions('get', '/media/{id}/uses', { params: { path: { id } } });
export const mediaQuery = (id: string) => $api.queryOptions('get', '/media/{id}', { params: { path: { id } } });

/** Reads the library again, whatever was asked of it. */
export const refreshLibrary = () => queryClient.invalidateQueries({ queryKey: ['get', '/media'] });

export type { Media };
