import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft, Printer } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { broadcastLogQuery, broadcastQuery } from '../../api/crisis';
import { useSession } from '../../api/session';
import { spanOf } from '../../data/span';
import { useLanguage } from '../../i18n';
import { CrisisMessages } from '../../i18n/crisis';
import { useDates } from '../../i18n/useDates';
import { PageHead } from '../../shell/PageHead';
import { Button } from '../../ui/Button';
import { tally } from './standing';

const route = getRouteApi('/signed-in/crisis/$id/log');

export const LogPage = () => (
  <CrisisMessages>
    <Log />
  </CrisisMessages>
);

/** What happened, by the second, to be printed; of an exercise also the sheet for the debriefing. */
function Log() {
  const t = useTranslations('alertLog');
  const format = useDates();
  const { locale } = useLanguage();
  const { id } = route.useParams();
  const { commune } = useSession();
  const { data: log } = useSuspenseQuery(broadcastLogQuery(id));
  const { data: alert } = useSuspenseQuery(broadcastQuery(id));
  const seconds = (n: number | null) =>
    n === null ? t('none') : t('seconds', { n: new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(n) });
  const lasted = alert.ended_at ? (Date.parse(alert.ended_at) - Date.parse(alert.opened_at)) / 1_000 : null;
  const sum = alert.messages.reduce(
    (all, m) => {
      const { there, total } = tally(m.deliveries, m.ticks);
      return { there: all.there + there, total: all.total + total };
    },
    { there: 0, total: 0 },
  );
  const figures = [
    [t('firstAccepted'), seconds(log.first_accepted_seconds)],
    [t('allAccepted'), seconds(log.all_accepted_seconds)],
    [t('messages'), String(alert.messages.length)],
    [t('deliveries'), t('of', sum)],
    [t('held'), String(alert.held)],
    [t('lasted'), lasted === null ? t('running') : spanOf(lasted, locale)],
  ] as const;
  return (
    <>
      <div className="print:hidden">
        <PageHead
          title={log.exercise ? t('sheet') : t('title')}
          sub={`${log.reference} · ${log.title}`}
          back={
            <Link
              to="/crisis/$id"
              params={{ id }}
              aria-label={t('back')}
              className="-ml-1 grid size-9 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-sunken max-lg:size-11"
            >
              <ArrowLeft size={20} aria-hidden />
            </Link>
          }
        >
          <Button variant="primary" onPress={() => window.print()}>
            <Printer size={17} aria-hidden />
            {t('print')}
          </Button>
        </PageHead>
      </div>
      <article className="mx-auto max-w-[960px] space-y-6 p-4 lg:p-6 print:max-w-none print:p-0 print:text-sm">
        <header>
          <p className="text-sm text-ink-2">
            {commune.name} · {log.reference} {log.exercise && `· ${t('exercise')}`}
          </p>
          <h2 className="text-xl font-bold break-words">{log.title}</h2>
          <p className="text-sm text-ink-2">
            {t('opened', { who: alert.opened_by, at: format(alert.opened_at, 'long') })}
            {alert.confirmed_by && ` · ${t('confirmed', { who: alert.confirmed_by })}`}
            {alert.ended_at && ` · ${t('ended', { at: format(alert.ended_at, 'long') })}`}
          </p>
          {alert.break_glass && (
            <p className="mt-1 text-sm font-semibold">{t('alone', { reason: alert.break_glass })}</p>
          )}
        </header>
        <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3">
          {figures.map(([label, value]) => (
            <div key={label} className="rounded-lg border border-line bg-surface px-4 py-3 break-inside-avoid">
              <dt className="text-sm text-ink-2">{label}</dt>
              <dd className="text-lg font-bold">{value}</dd>
            </div>
          ))}
        </dl>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: on a phone the table scrolls, by keyboard too. */}
        <section aria-labelledby="lines" tabIndex={0} className="overflow-x-auto print:overflow-visible">
          <h3 id="lines" className="mb-2 font-bold">
            {t('lines')}
          </h3>
          <table className="w-full text-left text-sm">
            <thead>
              <tr className="border-b-2 border-line-strong">
                {(['at', 'who', 'what', 'channel'] as const).map((key) => (
                  <th key={key} scope="col" className="py-2 pr-4 font-semibold">
                    {t(key)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody lang="fr">
              {log.lines.map((line, i) => (
                // A log has no ids, and its lines never change places.
                <tr key={i} className="border-b border-line align-top break-inside-avoid">
                  <td className="py-1.5 pr-4 whitespace-nowrap">{format(line.at, 'second')}</td>
                  <td className="py-1.5 pr-4">{line.who}</td>
                  <td className="py-1.5 pr-4 break-words">{line.what}</td>
                  <td className="py-1.5">{line.channel ?? ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        {log.exercise && <Notes />}
        <p className="text-xs text-ink-2">{t('hours', { zone: commune.zone })}</p>
      </article>
    </>
  );
}

/** What people say to each other afterwards is written by hand. */
function Notes() {
  const t = useTranslations('alertLog');
  return (
    <section aria-label={t('notes')} className="space-y-5 break-inside-avoid">
      {(['worked', 'change', 'whoWhen'] as const).map((key) => (
        <div key={key} className="break-inside-avoid">
          <h3 className="font-bold">{t(key)}</h3>
          {[1, 2, 3].map((line) => (
            <div key={line} aria-hidden className="h-9 border-b border-line-strong" />
          ))}
        </div>
      ))}
    </section>
  );
}
