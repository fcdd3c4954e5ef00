import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { channelsQuery, kindsQuery } from '../api/channels';
import { queryClient } from '../api/client';
import { type Circumstance, type ImportState, importsQuery, sourcesQuery, templateListQuery } from '../api/imports';
import { signedIn } from './root';
import { oneOf, text } from './search';

const SHOWN: ImportState[] = ['proposed', 'drafted', 'scheduled', 'declined', 'skipped', 'ours', 'failed'];
const state = oneOf(SHOWN);
export const CIRCUMSTANCES: Circumstance[] = [
  'events',
  'practical',
  'services',
  'projects',
  'crises',
  'light',
  'participation',
];
const circumstance = oneOf(CIRCUMSTANCES);

export type ImportsSearch = { state?: ImportState; source?: string; changed?: true };

/** Without a choice: what waits for somebody. */
export const filterOf = ({ state, source, changed }: ImportsSearch) => ({
  ...(changed ? { changed } : { state: state ?? ('proposed' as const) }),
  ...(source ? { source } : {}),
});

const imports = createRoute({
  getParentRoute: () => signedIn,
  path: '/imports',
  validateSearch: (search): ImportsSearch => {
    const wanted = state(search.state);
    const source = text(search.source);
    const changed = search.changed === true || search.changed === 'true';
    return { ...(wanted ? { state: wanted } : {}), ...(source ? { source } : {}), ...(changed ? { changed } : {}) };
  },
  loaderDeps: ({ search }) => search,
  loader: ({ deps }) =>
    Promise.all([
      queryClient.ensureInfiniteQueryData(importsQuery(filterOf(deps))),
      queryClient.ensureQueryData(sourcesQuery),
      queryClient.ensureQueryData(channelsQuery),
      queryClient.ensureQueryData(kindsQuery),
    ]),
  component: lazyRouteComponent(() => import('../features/imports/ImportsPage'), 'ImportsPage'),
});

const sources = createRoute({
  getParentRoute: () => signedIn,
  path: '/imports/sources',
  validateSearch: (search): { add?: true } => (search.add === true || search.add === 'true' ? { add: true } : {}),
  loader: () =>
    Promise.all([
      queryClient.ensureQueryData(sourcesQuery),
      queryClient.ensureQueryData(channelsQuery),
      queryClient.ensureQueryData(kindsQuery),
    ]),
  component: lazyRouteComponent(() => import('../features/imports/SourcesPage'), 'SourcesPage'),
});

const templates = createRoute({
  getParentRoute: () => signedIn,
  path: '/templates',
  validateSearch: (search): { for?: Circumstance; q?: string } => {
    const wanted = circumstance(search.for);
    const q = text(search.q);
    return { ...(wanted ? { for: wanted } : {}), ...(q ? { q } : {}) };
  },
  loader: () => queryClient.ensureQueryData(templateListQuery),
  component: lazyRouteComponent(() => import('../features/imports/TemplatesPage'), 'TemplatesPage'),
});

const bulk = createRoute({
  getParentRoute: () => signedIn,
  path: '/imports/list',
  loader: () => queryClient.ensureQueryData(channelsQuery),
  component: lazyRouteComponent(() => import('../features/imports/BulkPage'), 'BulkPage'),
});

export const importsRoutes = [imports, sources, templates, bulk] as const;
