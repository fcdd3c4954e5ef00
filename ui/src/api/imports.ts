import { infiniteQueryOptions } from '@tanstack/react-query';
import { $api, api, queryClient } from './client';
import type { components } from './schema.gen';

type Schemas = components['schemas'];

export type Source = Schemas['ContentSource'];
export type NewSource = Schemas['NewSource'];
export type SourceKind = Schemas['SourceKind'];
export type SourcePreview = Schemas['SourcePreview'];
export type SourceReading = Schemas['SourceReading'];
export type ImportRule = Schemas['ImportRule'];
export type ImportAction = Schemas['ImportAction'];
export type Import = Schemas['Import'];
export type ImportState = Schemas['ImportState'];
export type Template = Schemas['Template'];
export type TemplateBlank = Schemas['TemplateBlank'];
export type TemplatePack = Schemas['TemplatePack'];
export type TemplatePackResult = Schemas['TemplatePackResult'];
export type Circumstance = Schemas['Circumstance'];
export type BulkResult = Schemas['BulkResult'];
export type BulkLine = Schemas['BulkLine'];

/** The stream says nothing of what sources bring: a page that shows it reads it again. */
const READ_AGAIN = 30_000;

export const sourcesQuery = $api.queryOptions('get', '/sources', undefined, { refetchInterval: READ_AGAIN });
export const templateListQuery = $api.queryOptions('get', '/templates', undefined, { staleTime: 60_000 });

export type ImportFilter = {
  state?: ImportState | undefined;
  source?: string | undefined;
  changed?: true | undefined;
};

// Not $api.useInfiniteQuery: it sends cursor=0 for the first page.
export const importsQuery = (filter: ImportFilter) =>
  infiniteQueryOptions({
    queryKey: ['get', '/imports', filter] as const,
    queryFn: async ({ pageParam, signal }) => {
      const query = { ...filter, limit: 20, ...(pageParam ? { cursor: pageParam } : {}) };
      const { data, error } = await api.GET('/imports', { params: { query }, signal });
      if (error) throw error;
      return data;
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: READ_AGAIN,
  });

export const refreshImports = () => {
  void queryClient.invalidateQueries({ queryKey: ['get', '/imports'] });
  void queryClient.invalidateQueries({ queryKey: ['get', '/posts'] });
};
export const refreshSources = () => queryClient.invalidateQueries({ queryKey: sourcesQuery.queryKey });
export const refreshTemplates = () => queryClient.invalidateQueries({ queryKey: templateListQuery.queryKey });

/** Takes an item out of every list that shows it, and returns what puts it back. */
export function hideImport(id: string): () => void {
  const lists = queryClient.getQueriesData<{ pages: { imports: Import[] }[] }>({ queryKey: ['get', '/imports'] });
  for (const [key, list] of lists) {
    if (!list) continue;
    queryClient.setQueryData(key, {
      ...list,
      pages: list.pages.map((page) => ({ ...page, imports: page.imports.filter((item) => item.id !== id) })),
    });
  }
  return () => {
    for (const [key, list] of lists) queryClient.setQueryData(key, list);
  };
}

/** A file is the whole body: it is sent as it is, whatever its encoding. */
const asItIs = (file: Blob) => ({ body: file as unknown as string, bodySerializer: (body: unknown) => body as Blob });

export async function sendTable(file: Blob, query: { dry_run?: boolean; valid_only?: boolean }): Promise<BulkResult> {
  const { data, error } = await api.POST('/bulk', {
    params: { query },
    headers: { 'Content-Type': 'text/csv' },
    ...asItIs(file),
  });
  if (error) throw error;
  return data;
}

export async function sendPack(file: Blob, dryRun: boolean): Promise<TemplatePackResult> {
  const { data, error } = await api.POST('/template-pack', {
    params: { query: { dry_run: dryRun } },
    headers: { 'Content-Type': 'application/octet-stream' },
    ...asItIs(file),
  });
  if (error) throw error;
  return data;
}
