import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { CircleCheck, FlaskConical, GraduationCap, Siren } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { broadcastsQuery, crisisQuery } from '../../api/crisis';
import { mayAlert, useSession } from '../../api/session';
import type { BroadcastSummary } from '../../api/types';
import { CrisisMessages } from '../../i18n/crisis';
import { useDates } from '../../i18n/useDates';
import { PageHead } from '../../shell/PageHead';
import { buttonLook } from '../../ui/Button';
import { EmptyPanel } from '../../ui/EmptyPanel';
import { Notice } from '../../ui/ProblemNotice';

export const HistoryPage = () => (
  <CrisisMessages>
    <History />
  </CrisisMessages>
);

/** The commune's alerts and exercises, newest first. */
function History() {
  const t = useTranslations('alertHistory');
  const { broadcasts } = useSuspenseQuery(broadcastsQuery).data;
  const due = useQuery(crisisQuery).data?.exercise_due ?? false;
  const lead = mayAlert(useSession());
  return (
    <>
      <PageHead title={t('title')} sub={t('count', { n: broadcasts.length })}>
        {lead && (
          <Link to="/crisis" search={{ exercise: true }} className={buttonLook('primary')}>
            <GraduationCap size={18} aria-hidden />
            <span className="max-sm:sr-only">{t('exercise')}</span>
          </Link>
        )}
      </PageHead>
      <div className="mx-auto max-w-[960px] space-y-4 p-4 lg:p-6">
        {due && (
          <Notice tone="brass">
            <p className="font-semibold">{t('due')}</p>
          </Notice>
        )}
        {broadcasts.length === 0 ? (
          <EmptyPanel icon={CircleCheck} title={t('empty')} hint={t('emptyHint')} />
        ) : (
          <ul className="divide-y divide-line rounded-lg border border-line bg-surface shadow-1">
            {broadcasts.map((b) => (
              <Row key={b.id} alert={b} />
            ))}
          </ul>
        )}
      </div>
    </>
  );
}

function Row({ alert: b }: { alert: BroadcastSummary }) {
  const t = useTranslations('alertHistory');
  const format = useDates();
  const Icon = b.exercise ? FlaskConical : Siren;
  return (
    <li className="relative flex flex-wrap items-center gap-x-4 gap-y-1.5 px-4 py-3.5 hover:bg-surface-2 lg:px-5">
      <span
        className={clsx(
          'grid size-10 shrink-0 place-items-center rounded-lg',
          b.exercise ? 'bg-scheduled-soft text-scheduled' : 'bg-failed-soft text-failed',
        )}
      >
        <Icon size={20} aria-hidden />
      </span>
      <div className="min-w-0 flex-1 basis-60">
        <h2 className="text-base leading-snug font-semibold">
          <Link to="/crisis/$id" params={{ id: b.id }} className="rounded break-words after:absolute after:inset-0">
            {b.title}
          </Link>
        </h2>
        <p className="text-sm text-ink-2">
          {[
            b.exercise ? t('isExercise') : t('isAlert'),
            b.reference,
            t('opened', { at: format(b.opened_at), who: b.opened_by }),
          ].join(' · ')}
        </p>
      </div>
      <p className="text-sm font-semibold">{t('status', { status: b.status })}</p>
      <Link to="/crisis/$id/log" params={{ id: b.id }} className={buttonLook('secondary', 'sm', 'relative z-10')}>
        {t('log')}
        <span className="sr-only"> {b.title}</span>
      </Link>
    </li>
  );
}
