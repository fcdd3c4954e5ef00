import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { PartyPopper } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslations } from 'use-intl';
import { channelsQuery } from '../../api/channels';
import { broadcastsQuery } from '../../api/crisis';
import { practiceQuery } from '../../api/practice';
import { publishingQuery } from '../../api/publishing';
import { isAdministrator, useSession } from '../../api/session';
import { ConnectMessages } from '../../i18n/connect';
import { PageHead } from '../../shell/PageHead';
import { Button, buttonLook } from '../../ui/Button';
import { CommuneForm } from '../settings/CommuneForm';
import { AlertStep } from './AlertStep';
import { ChannelsStep } from './ChannelsStep';
import { nextStep, STEPS, type Step, standings, useProgress } from './progress';
import { SlotsStep } from './SlotsStep';
import { StepCard } from './StepCard';
import { TrialStep } from './TrialStep';

export const WelcomePage = () => (
  <ConnectMessages>
    <Page />
  </ConnectMessages>
);

function Page() {
  const t = useTranslations('welcome');
  const session = useSession();
  return (
    <>
      <PageHead title={t('title', { commune: session.commune.name })} sub={t('sub')} />
      <div className="mx-auto max-w-[760px] space-y-4 p-4 lg:p-6">
        {isAdministrator(session) ? <Steps communeId={session.commune.id} /> : <ForOthers />}
      </div>
    </>
  );
}

/** What the commune shows of each step by itself. */
function useShown(): Record<Step, boolean> {
  const { channels } = useSuspenseQuery(channelsQuery).data;
  const { slots, version } = useSuspenseQuery(publishingQuery).data;
  const { feeds } = useSuspenseQuery(practiceQuery).data;
  const { broadcasts } = useSuspenseQuery(broadcastsQuery).data;
  return {
    commune: false,
    // The commune's own site is there from the start: one channel beyond it.
    channels: channels.some((c) => c.kind !== 'site'),
    slots: version > 0 && slots.length > 0,
    trial: feeds.some((f) => f.posts.length > 0),
    alert: broadcasts.some((b) => b.exercise && b.ended_at !== null),
  };
}

/** In order, each can be passed over and taken up again later. */
function Steps({ communeId }: { communeId: string }) {
  const t = useTranslations('welcome');
  const settings = useTranslations('settings');
  const { said, say } = useProgress(communeId);
  const standing = standings(useShown(), said);
  const next = nextStep(standing, STEPS);
  // The one at hand, until somebody opens or closes one.
  const [chosen, choose] = useState<Step | 'none' | 'auto'>('auto');
  const open = chosen === 'auto' ? next : chosen;
  const settled = STEPS.filter((step) => standing[step] !== 'todo').length;
  const done = (step: Step) => () => {
    say(step, 'done');
    choose('auto');
  };

  const titles: Record<Step, string> = {
    commune: t('commune'),
    channels: t('channels'),
    slots: t('slots'),
    trial: t('trial'),
    alert: t('alert'),
  };
  const bodies: Record<Step, ReactNode> = {
    commune: <CommuneForm verb={settings('save')} onSaved={done('commune')} />,
    channels: <ChannelsStep />,
    slots: <SlotsStep onSaved={done('slots')} />,
    trial: <TrialStep />,
    alert: <AlertStep />,
  };

  return (
    <>
      <div>
        <p role="status" className="mb-1.5 text-sm font-semibold text-ink-2">
          {t('progress', { n: settled, total: STEPS.length })}
        </p>
        <div aria-hidden className="h-1.5 overflow-hidden rounded-full bg-sunken">
          <div
            className="h-full rounded-full bg-accent transition-[width]"
            style={{ width: `${(settled / STEPS.length) * 100}%` }}
          />
        </div>
      </div>
      {next === null && <Ready />}
      <ol className="space-y-3">
        {STEPS.map((step, i) => (
          <StepCard
            key={step}
            n={i + 1}
            title={titles[step]}
            standing={standing[step]}
            isOpen={open === step}
            onToggle={(isOpen) => choose(isOpen ? step : 'none')}
          >
            {bodies[step]}
            {standing[step] === 'todo' && (
              <Button
                variant="ghost"
                size="sm"
                aria-label={t('skipName', { step: titles[step] })}
                onPress={() => {
                  say(step, 'skipped');
                  choose('auto');
                }}
              >
                {t('skip')}
              </Button>
            )}
          </StepCard>
        ))}
      </ol>
      <p className="text-sm text-ink-2">{t('later')}</p>
    </>
  );
}

function Ready() {
  const t = useTranslations('welcome');
  return (
    <div className="flex flex-wrap items-center gap-3 rounded-lg bg-published-soft px-4 py-3.5">
      <PartyPopper size={20} aria-hidden className="shrink-0 text-published" />
      <p className="min-w-0 flex-1 basis-48 font-semibold">{t('ready')}</p>
      <Link to="/" className={buttonLook('primary')}>
        {t('toToday')}
      </Link>
    </div>
  );
}

/** Whoever does not administer the commune still begins with a trial. */
function ForOthers() {
  const t = useTranslations('welcome');
  return (
    <section className="space-y-4 rounded-lg border border-line bg-surface p-4 shadow-1">
      <h2 className="text-base font-bold">{t('trial')}</h2>
      <TrialStep />
    </section>
  );
}
