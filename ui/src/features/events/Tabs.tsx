import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';

const look =
  'inline-flex h-10 items-center border-b-2 border-transparent px-1 text-sm font-semibold text-ink-2 hover:text-ink aria-[current=page]:border-accent aria-[current=page]:text-ink max-lg:h-11';

/** Events, and what comes again. */
export function AgendaTabs() {
  const t = useTranslations('events');
  return (
    <nav aria-label={t('agenda')} className="flex gap-5 border-b border-line bg-surface px-4 lg:px-6">
      <Link to="/events" activeOptions={{ exact: true, includeSearch: false }} className={look}>
        {t('title')}
      </Link>
      <Link to="/recurrences" activeOptions={{ exact: true }} className={look}>
        {t('recurringTab')}
      </Link>
    </nav>
  );
}
