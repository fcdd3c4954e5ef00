import { useSuspenseInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Inbox, Plus, Rss } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useTranslations } from 'use-intl';
import { type Import, type ImportState, importsQuery, sourcesQuery } from '../../api/imports';
import { isAdministrator, useSession } from '../../api/session';
import { ImportsMessages } from '../../i18n/imports';
import { filterOf } from '../../routes/imports';
import { PageHead } from '../../shell/PageHead';
import { Button, buttonLook } from '../../ui/Button';
import { EmptyPanel } from '../../ui/EmptyPanel';
import { Choice } from './Choice';
import { ImportRow } from './ImportRow';
import { ImportTabs } from './ImportTabs';

// With its date field, and only for who takes something over.
const AcceptDialog = lazy(() => import('./AcceptDialog').then((m) => ({ default: m.AcceptDialog })));

const route = getRouteApi('/signed-in/imports');

type Shown = ImportState | 'changed';
const SHOWN: Shown[] = ['proposed', 'changed', 'drafted', 'scheduled', 'declined', 'skipped', 'ours', 'failed'];

export const ImportsPage = () => (
  <ImportsMessages>
    <Page />
  </ImportsMessages>
);

function Page() {
  const t = useTranslations('imports');
  const filter = route.useSearch();
  const { data: sources } = useSuspenseQuery(sourcesQuery);
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useSuspenseInfiniteQuery(
    importsQuery(filterOf(filter)),
  );
  const [taken, take] = useState<Import | null>(null);
  const items = data.pages.flatMap((page) => page.imports);
  const nameOf = (id: string) => sources.sources.find((s) => s.id === id)?.name;

  return (
    <>
      <PageHead title={t('title')} sub={t('sub', { n: sources.sources.length })} />
      <div className="mx-auto max-w-[960px] space-y-4 p-4 lg:p-6">
        <ImportTabs />
        {(sources.sources.length > 0 || items.length > 0 || filter.state !== undefined) && <Filters />}
        {items.length === 0 ? (
          <Empty
            hasSources={sources.sources.length > 0}
            filtered={filter.state !== undefined || filter.changed === true}
          />
        ) : (
          <ul className="space-y-3">
            {items.map((item) => (
              <ImportRow key={item.id} item={item} sourceName={nameOf(item.source_id)} onTake={() => take(item)} />
            ))}
          </ul>
        )}
        {hasNextPage && (
          <div className="text-center">
            <Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
              {t('more')}
            </Button>
          </div>
        )}
      </div>
      {taken && (
        <Suspense>
          <AcceptDialog
            item={taken}
            source={sources.sources.find((s) => s.id === taken.source_id)}
            onClose={() => take(null)}
          />
        </Suspense>
      )}
    </>
  );
}

function Filters() {
  const t = useTranslations('imports');
  const states = useTranslations('importState');
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const { data } = useSuspenseQuery(sourcesQuery);
  return (
    <div className="flex flex-wrap gap-2">
      <Choice<Shown>
        label={t('state')}
        hideLabel
        className="w-56 max-sm:w-full"
        value={filter.changed ? 'changed' : (filter.state ?? 'proposed')}
        items={SHOWN.map((id) => ({ id, label: states(id) }))}
        onChange={(shown) =>
          void navigate({
            search: ({ state: _, changed: __, ...rest }) =>
              shown === 'changed'
                ? { ...rest, changed: true }
                : shown === 'proposed'
                  ? rest
                  : { ...rest, state: shown },
          })
        }
      />
      {data.sources.length > 1 && (
        <Choice
          label={t('source')}
          hideLabel
          className="w-56 max-sm:w-full"
          value={filter.source ?? 'all'}
          items={[{ id: 'all', label: t('allSources') }, ...data.sources.map((s) => ({ id: s.id, label: s.name }))]}
          onChange={(id) =>
            void navigate({ search: ({ source: _, ...rest }) => (id === 'all' ? rest : { ...rest, source: id }) })
          }
        />
      )}
    </div>
  );
}

function Empty({ hasSources, filtered }: { hasSources: boolean; filtered: boolean }) {
  const t = useTranslations('imports');
  const administrator = isAdministrator(useSession());
  return (
    <EmptyPanel
      icon={hasSources ? Inbox : Rss}
      title={filtered ? t('noMatch') : hasSources ? t('allDone') : t('empty')}
      hint={!filtered && (hasSources ? t('allDoneHint') : t('emptyHint'))}
    >
      {filtered ? (
        <Link to="/imports" search={{}} className={buttonLook()}>
          {t('showProposed')}
        </Link>
      ) : hasSources ? (
        <Link to="/imports/sources" className={buttonLook()}>
          {t('seeSources')}
        </Link>
      ) : administrator ? (
        <Link to="/imports/sources" search={{ add: true }} className={buttonLook('primary')}>
          <Plus size={17} aria-hidden />
          {t('addSource')}
        </Link>
      ) : (
        <p className="text-sm text-ink-2">{t('askAdministrator')}</p>
      )}
    </EmptyPanel>
  );
}
