import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronRight, FileUp, Plus, Repeat } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { recurrencesQuery } from '../../api/events';
import { EventsMessages } from '../../i18n/events';
import { PageHead } from '../../shell/PageHead';
import { buttonLook } from '../../ui/Button';
import { EmptyPanel } from '../../ui/EmptyPanel';
import { RecurrenceTag } from './RecurrenceTag';
import { AgendaTabs } from './Tabs';
import { useRuleWords } from './useRuleWords';

export const RecurrencesPage = () => (
  <EventsMessages>
    <Page />
  </EventsMessages>
);

function Page() {
  const t = useTranslations('recurrences');
  const topic = useTranslations('topic');
  const words = useRuleWords();
  const { recurrences } = useSuspenseQuery(recurrencesQuery).data;
  return (
    <>
      <PageHead title={t('title')} sub={t('count', { n: recurrences.length })}>
        <Link to="/recurrences/import" search={{}} className={buttonLook('secondary')}>
          <FileUp size={17} aria-hidden />
          <span className="max-sm:sr-only">{t('importOne')}</span>
        </Link>
        <Link to="/recurrences/new" className={buttonLook('primary')}>
          <Plus size={17} aria-hidden />
          <span className="max-sm:sr-only">{t('newOne')}</span>
        </Link>
      </PageHead>
      <AgendaTabs />
      <div className="mx-auto max-w-[920px] p-4 lg:p-6">
        {recurrences.length === 0 ? (
          <EmptyPanel icon={Repeat} title={t('empty')} hint={t('emptyHint')} />
        ) : (
          <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface shadow-1">
            {recurrences.map((r) => (
              <li key={r.id} className="relative flex items-center gap-4 px-4 py-3 hover:bg-surface-2">
                <span className="grid size-10 shrink-0 place-items-center rounded-md bg-accent-soft text-accent-ink">
                  <Repeat size={19} aria-hidden />
                </span>
                <div className="min-w-0 flex-1">
                  <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
                    <h2 className="text-base font-semibold">
                      <Link
                        to="/recurrences/$id"
                        params={{ id: r.id }}
                        className="rounded after:absolute after:inset-0"
                      >
                        {r.name}
                      </Link>
                    </h2>
                    <RecurrenceTag status={r.status} />
                  </div>
                  <p className="text-sm text-ink-2">
                    {topic(r.topic)} · {words(r)}
                  </p>
                  <p className="text-sm text-ink-2">{t('announced', { n: r.before, at: r.at })}</p>
                </div>
                <ChevronRight size={18} aria-hidden className="shrink-0 text-ink-3" />
              </li>
            ))}
          </ul>
        )}
      </div>
    </>
  );
}
