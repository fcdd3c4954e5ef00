import { useTranslations } from 'use-intl';
import type { RecurrenceImportResult } from '../../api/events';
import { useLanguage } from '../../i18n';
import { useDates } from '../../i18n/useDates';
import { Panel } from '../../ui/Panel';
import { Notice } from '../../ui/ProblemNotice';
import { dayWords } from './when';

/** Every date and text that a file brings, before it is taken over. */
export function ImportLines({ result }: { result: RecurrenceImportResult }) {
  const t = useTranslations('recurrences');
  const state = useTranslations('dateState');
  const format = useDates();
  const { locale } = useLanguage();
  return (
    <Panel title={t('lines', { n: result.lines.length })}>
      <div className="border-t border-line">
        {result.issues.length > 0 && (
          <div className="p-4">
            <Notice tone="pending" role="status">
              <ul lang="fr">
                {result.issues.map((i) => (
                  <li key={`${i.line} ${i.message}`}>{t('issue', { line: i.line, message: i.message })}</li>
                ))}
              </ul>
            </Notice>
          </div>
        )}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <section aria-label={t('linesTable')} tabIndex={0} className="max-h-[60dvh] overflow-auto">
          <table className="w-full text-left text-sm">
            <thead className="sticky top-0 bg-surface-2 text-xs text-ink-2">
              <tr>
                <th scope="col" className="px-4 py-2 font-semibold">
                  {t('date')}
                </th>
                <th scope="col" className="px-4 py-2 font-semibold">
                  {t('announcedAt')}
                </th>
                <th scope="col" className="px-4 py-2 font-semibold">
                  {t('text')}
                </th>
                <th scope="col" className="px-4 py-2 font-semibold">
                  {t('stateColumn')}
                </th>
              </tr>
            </thead>
            <tbody className="divide-y divide-line">
              {result.lines.map((l) => (
                <tr key={`${l.date} ${l.state}`} className="align-top">
                  <th scope="row" className="px-4 py-2 font-semibold whitespace-nowrap">
                    {dayWords(l.date, locale)}
                    <span lang="fr" className="block font-normal whitespace-normal text-ink-2">
                      {l.label}
                    </span>
                  </th>
                  <td className="px-4 py-2 whitespace-nowrap">{format(l.due_at, 'short')}</td>
                  <td lang="fr" className="min-w-52 px-4 py-2 whitespace-pre-line">
                    {l.text}
                  </td>
                  <td className="px-4 py-2 font-medium whitespace-nowrap">{state(l.state)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </div>
    </Panel>
  );
}
