import { Link, useLocation } from '@tanstack/react-router';
import clsx from 'clsx';
import { CirclePause, ClockAlert, DatabaseBackup, type LucideIcon, OctagonAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../api/client';
import { toProblem } from '../api/problem';
import { systemQuery } from '../api/system';
import type { Installation } from '../api/types';
import { spanOf } from '../data/span';
import { useLanguage } from '../i18n';
import { AllMessages } from '../i18n/rest';
import { useDates } from '../i18n/useDates';
import { Button, buttonLook } from '../ui/Button';
import { ProblemNotice } from '../ui/ProblemNotice';
import { say } from '../ui/toast';

/** Above every page: what is held for a decision and, for administrators, what is wrong with the installation. */
export function AttentionBanners({ held, system }: { held: number; system: Installation | undefined }) {
  return (
    <AllMessages>
      <Banners held={held} system={system} />
    </AllMessages>
  );
}

export function Banners({ held, system }: { held: number; system: Installation | undefined }) {
  const t = useTranslations('system');
  const path = useLocation({ select: ({ pathname }) => pathname });
  return (
    <section aria-label={t('label')} className="divide-y divide-line empty:hidden">
      {system?.clock.paused && <ClockPaused clock={system.clock} />}
      {system && system.overdue > 0 && <Overdue n={system.overdue} here={path === '/notices'} />}
      {system?.recovery && <Recovery recovery={system.recovery} />}
      {held > 0 && path !== '/review' && <Held n={held} />}
    </section>
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
