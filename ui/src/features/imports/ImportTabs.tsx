import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';

const LOOK =
  'inline-flex h-10 items-center rounded-md px-3 text-sm font-semibold text-ink-2 hover:bg-sunken hover:text-ink data-[status=active]:bg-surface data-[status=active]:text-ink data-[status=active]:shadow-1 max-lg:h-11';

/** The three pages of what comes from elsewhere. */
export function ImportTabs() {
  const t = useTranslations('imports');
  return (
    <nav aria-label={t('pages')} className="flex flex-wrap gap-1">
      <Link to="/imports" activeOptions={{ exact: true, includeSearch: false }} className={LOOK}>
        {t('tabItems')}
      </Link>
      <Link to="/imports/sources" className={LOOK}>
        {t('tabSources')}
      </Link>
      <Link to="/imports/list" className={LOOK}>
        {t('tabList')}
      </Link>
    </nav>
  );
}
