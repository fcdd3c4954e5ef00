import { Link, useLocation } from '@tanstack/react-router';
import clsx from 'clsx';
import { CirclePause, ClockAlert, DatabaseBackup, type LucideIcon, OctagonAlert, Siren } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../api/client';
import { toProblem } from '../api/problem';
import { systemQuery } from '../api/system';
import type { BroadcastSummary, CrisisState, Installation } from '../api/types';
import { spanOf } from '../data/span';
import { useLanguage } from '../i18n';
import { AllMessages } from '../i18n/rest';
import { useDates } from '../i18n/useDates';
import { Button, buttonLook } from '../ui/Button';
import { ProblemNotice } from '../ui/ProblemNotice';
import { say } from '../ui/toast';

/** Above every page: what is held for a decision and, for administrators, what is wrong with the installation. */
export function AttentionBanners(props: Parameters<typeof Banners>[0]) {
  return (
    <AllMessages>
      <Banners {...props} />
    </AllMessages>
  );
}

export function Banners({
  held,
  system,
  crisis,
}: {
  held: number;
  system: Installation | undefined;
  crisis?: CrisisState | undefined;
}) {
  const t = useTranslations('system');
  const path = useLocation({ select: ({ pathname }) => pathname });
  return (
    <section aria-label={t('label')} className="divide-y divide-line empty:hidden print:hidden">
      {crisis?.broadcasts.map((b) => (
        <AlertStrip key={b.id} alert={b} />
      ))}
      {crisis && !crisis.active && crisis.held > 0 && path !== '/crisis/held' && <Paused n={crisis.held} />}
      {system?.clock.paused && <ClockPaused clock={system.clock} />}
      {system && system.overdue > 0 && <Overdue n={system.overdue} here={path === '/notices'} />}
      {system?.recovery && <Recovery recovery={system.recovery} />}
      {held > 0 && path !== '/review' && <Held n={held} />}
    </section>
  );
}

/** Whatever page one is on, an alert that runs is in sight, and one click away. */
function AlertStrip({ alert: b }: { alert: BroadcastSummary }) {
  const t = useTranslations('alertStrip');
  const state = b.exercise ? 'exercise' : b.status === 'awaiting_confirmation' ? 'awaiting' : 'active';
  return (
    <div
      className={clsx(
        'flex min-h-11 flex-wrap items-center gap-x-3 gap-y-0.5 px-4 py-1.5 text-sm text-white lg:px-6',
        b.exercise ? 'bg-drill' : 'bg-alarm',
      )}
    >
      <Siren size={18} aria-hidden className="shrink-0" />
      <p className="font-bold">{t('state', { state })}</p>
      <p className="min-w-0 flex-1 truncate max-sm:hidden">{b.title}</p>
      {b.status === 'active' && (
        <p className="font-bold max-sm:mr-auto">
          <span aria-hidden>
            {b.sent}/{b.total}
          </span>
          <span className="sr-only">{t('sent', { sent: b.sent, total: b.total })}</span>
        </p>
      )}
      <Link
        to="/crisis/$id"
        params={{ id: b.id }}
        className="ml-auto inline-flex h-8 items-center rounded-md bg-white px-3.5 font-bold text-alarm-deep hover:bg-white/90 focus-visible:outline-white max-lg:h-10"
      >
        {t('open')}
        <span className="sr-only"> {b.title}</span>
      </Link>
    </div>
  );
}

/** The alert is over; what it held still waits for a person. */
function Paused({ n }: { n: number }) {
  const t = useTranslations('alertStrip');
  return (
    <Banner
      tone="paused"
      icon={CirclePause}
      act={
        <Link to="/crisis/held" className={buttonLook('secondary', 'sm')}>
          {t('decide')}
        </Link>
      }
    >
      <p className="font-semibold">{t('paused', { n })}</p>
    </Banner>
  );
}

const TONES = {
  failed: ['bg-failed-soft', 'text-failed'],
  pending: ['bg-pending-soft', 'text-pending'],
  paused: ['bg-paused-soft', 'text-paused'],
};

function Banner({
  tone,
  icon: Icon,
  act,
  children,
}: {
  tone: keyof typeof TONES;
  icon: LucideIcon;
  act?: ReactNode;
  children: ReactNode;
}) {
  const [ground, ink] = TONES[tone];
  return (
    <div
      className={clsx(
        'flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-2 text-sm text-ink lg:px-6 max-sm:py-1.5',
        ground,
      )}
    >
      <div className="flex min-w-0 flex-1 basis-64 items-start gap-2.5">
        <Icon size={17} aria-hidden className={clsx('mt-0.5 shrink-0', ink)} />
        <div className="min-w-0">{children}</div>
      </div>
      {act}
    </div>
  );
}

function Held({ n }: { n: number }) {
  const t = useTranslations('review');
  return (
    <Banner
      tone="paused"
      icon={CirclePause}
      act={
        <Link to="/review" className={buttonLook('secondary', 'sm')}>
          {t('decide')}
        </Link>
      }
    >
      <p className="font-semibold">{t('count', { n })}</p>
    </Banner>
  );
}

function ClockPaused({ clock }: { clock: Installation['clock'] }) {
  const t = useTranslations('system');
  const { locale } = useLanguage();
  const format = useDates();
  const confirm = $api.useMutation('post', '/system/clock/confirm', {
    onSuccess: (system) => {
      queryClient.setQueryData(systemQuery.queryKey, system);
      if (!system.clock.paused) say(t('clockConfirmed'));
    },
  });
  const jump = clock.jump_seconds;
  const duration = spanOf(jump, locale);
  return (
    <Banner
      tone="failed"
      icon={ClockAlert}
      act={
        <Button size="sm" variant="primary" isPending={confirm.isPending} onPress={() => confirm.mutate({})}>
          {t('clockRight')}
        </Button>
      }
    >
      <p className="font-semibold">
        {jump === 0 ? t('clockPaused') : jump > 0 ? t('clockAhead', { duration }) : t('clockBack', { duration })}
      </p>
      <p>
        {t('clockStep')} {clock.since && t('clockSince', { at: format(clock.since) })}
      </p>
      {confirm.error && <ProblemNotice problem={toProblem(confirm.error)} />}
    </Banner>
  );
}

function Overdue({ n, here }: { n: number; here: boolean }) {
  const t = useTranslations('system');
  return (
    <Banner
      tone="failed"
      icon={OctagonAlert}
      act={
        !here && (
          <Link to="/notices" className={buttonLook('secondary', 'sm')}>
            {t('toNotices')}
          </Link>
        )
      }
    >
      <p className="font-semibold">{t('overdue', { n })}</p>
      <p className="max-sm:sr-only">{t('overdueStep')}</p>
    </Banner>
  );
}

/** Which ended recovery the person has taken note of, on this device. */
const NOTED = 'crieur.recovery';

function Recovery({ recovery }: { recovery: NonNullable<Installation['recovery']> }) {
  const t = useTranslations('system');
  const format = useDates();
  const [noted, note] = useState(() => localStorage.getItem(NOTED));
  const ended = recovery.ended_at;
  if (ended && noted === recovery.started_at) return null;
  return (
    <Banner
      tone="pending"
      icon={DatabaseBackup}
      act={
        ended && (
          <Button
            size="sm"
            onPress={() => {
              localStorage.setItem(NOTED, recovery.started_at);
              note(recovery.started_at);
            }}
          >
            {t('understood')}
          </Button>
        )
      }
    >
      <p className="font-semibold">{ended ? t('recoveryEnded') : t('recoveryRunning')}</p>
      <p className="max-sm:sr-only">
        {[
          t('recoverySettled', { n: recovery.settled }),
          t('recoveryHeld', { n: recovery.held }),
          t('recoveryAbsent', { n: recovery.absent }),
        ].join(', ')}
        {'. '}
        {ended
          ? t('recoveryEndedAt', { at: format(ended) })
          : t('recoveryStarted', { at: format(recovery.started_at) })}
      </p>
    </Banner>
  );
}
