import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { FlaskConical, Plug } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { channelsQuery, kindsQuery } from '../../api/channels';
import { inOrder } from '../../data/channels';
import { Button, buttonLook } from '../../ui/Button';
import { NetworkBadge } from '../../ui/Network';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { PracticeTag } from '../../ui/Tags';
import { usePractice } from '../channels/usePractice';

/** The sandbox, or real accounts; one can begin with either and add the other. */
export function ChannelsStep() {
  const t = useTranslations('welcome');
  const { channels } = useSuspenseQuery(channelsQuery).data;
  const { kinds } = useSuspenseQuery(kindsQuery).data;
  const practising = channels.some((c) => c.practice);
  return (
    <>
      <p className="text-sm text-ink-2">{t('channelsWhat')}</p>
      {channels.length > 0 && (
        <ul className="grid gap-2 sm:grid-cols-2">
          {inOrder(channels, kinds).map((c) => (
            <li
              key={c.id}
              className="flex items-center gap-2.5 rounded-md bg-surface-2 px-3 py-2 text-sm font-semibold"
            >
              <NetworkBadge kind={c.kind} />
              <span className="min-w-0 flex-1 truncate">{c.name}</span>
              {c.practice && <PracticeTag />}
            </li>
          ))}
        </ul>
      )}
      <div className="flex flex-wrap gap-2">
        {!practising && <StartPractice />}
        <Link to="/channels" className={buttonLook()}>
          <Plug size={17} aria-hidden />
          {t('connectReal')}
        </Link>
      </div>
    </>
  );
}

/** Connects the simulated networks. The commune's own site is Crieur itself: there is nothing to simulate. */
export function StartPractice() {
  const t = useTranslations('welcome');
  const { kinds } = useSuspenseQuery(kindsQuery).data;
  const practice = usePractice();
  const outside = kinds.filter((k) => k.credentials.length > 0).map((k) => k.kind);
  return (
    <>
      <Button variant="primary" isPending={practice.isPending} onPress={() => void practice.connect(outside)}>
        <FlaskConical size={17} aria-hidden />
        {t('startPractice')}
      </Button>
      {practice.problem && (
        <div className="basis-full">
          <ProblemNotice problem={practice.problem} />
        </div>
      )}
    </>
  );
}
