import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { Plus, Rss } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { type Source, sourcesQuery } from '../../api/imports';
import { isAdministrator, useSession } from '../../api/session';
import { ImportsMessages } from '../../i18n/imports';
import { PageHead } from '../../shell/PageHead';
import { Button } from '../../ui/Button';
import { EmptyPanel } from '../../ui/EmptyPanel';
import { ImportTabs } from './ImportTabs';
import { SourceDialog } from './SourceDialog';
import { SourceRow } from './SourceRow';

const route = getRouteApi('/signed-in/imports/sources');

export const SourcesPage = () => (
  <ImportsMessages>
    <Page />
  </ImportsMessages>
);

function Page() {
  const t = useTranslations('sources');
  const { data } = useSuspenseQuery(sourcesQuery);
  const administrator = isAdministrator(useSession());
  const { add } = route.useSearch();
  const navigate = route.useNavigate();
  const [edited, edit] = useState<Source | null>(null);
  const adding = add === true && administrator;

  return (
    <>
      <PageHead title={t('title')} sub={t('sub')}>
        {administrator && (
          <Button variant="primary" onPress={() => void navigate({ search: { add: true } })}>
            <Plus size={17} aria-hidden />
            <span className="max-sm:sr-only">{t('add')}</span>
          </Button>
        )}
      </PageHead>
      <div className="mx-auto max-w-[960px] space-y-4 p-4 lg:p-6">
        <ImportTabs />
        {data.sources.length === 0 ? (
          <EmptyPanel icon={Rss} title={t('empty')} hint={administrator ? t('emptyHint') : t('askAdministrator')} />
        ) : (
          <ul className="space-y-3">
            {data.sources.map((source) => (
              <SourceRow key={source.id} source={source} administrator={administrator} onEdit={() => edit(source)} />
            ))}
          </ul>
        )}
      </div>
      {adding && <SourceDialog onClose={() => void navigate({ search: {}, replace: true })} />}
      {edited && <SourceDialog source={edited} onClose={() => edit(null)} />}
    </>
  );
}
