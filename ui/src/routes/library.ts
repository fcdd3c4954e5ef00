import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { queryClient } from '../api/client';
import { libraryQuery, type MediaFilter } from '../api/media';
import { signedIn } from './root';
import { oneOf, text } from './search';

const FILTERS: Record<MediaFilter, true> = {
  no_alt: true,
  expired: true,
  consent_missing: true,
  unused: true,
  scheduled: true,
};
export const MEDIA_FILTERS = Object.keys(FILTERS) as MediaFilter[];
const filterOf = oneOf(MEDIA_FILTERS);

const library = createRoute({
  getParentRoute: () => signedIn,
  path: '/media',
  validateSearch: (search): { q?: string; filter?: MediaFilter; id?: string } => {
    const q = text(search.q);
    const filter = filterOf(search.filter);
    const id = text(search.id);
    return { ...(q ? { q } : {}), ...(filter ? { filter } : {}), ...(id ? { id } : {}) };
  },
  loaderDeps: ({ search: { q, filter } }) => ({ q, filter }),
  loader: ({ deps }) => queryClient.ensureInfiniteQueryData(libraryQuery(deps)),
  component: lazyRouteComponent(() => import('../features/library/LibraryPage'), 'LibraryPage'),
});

export const libraryRoutes = [library] as const;
