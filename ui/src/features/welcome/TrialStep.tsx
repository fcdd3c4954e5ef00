import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck, FlaskConical, PenLine } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { channelsQuery } from '../../api/channels';
import { practiceQuery } from '../../api/practice';
import { useDates } from '../../i18n/useDates';
import { buttonLook } from '../../ui/Button';
import { StartPractice } from './ChannelsStep';

/** The first post, on simulated networks; this step is done when it is seen there. */
export function TrialStep() {
  const t = useTranslations('welcome');
  const format = useDates();
  const { channels } = useSuspenseQuery(channelsQuery).data;
  const { feeds } = useSuspenseQuery(practiceQuery).data;
  const seen = feeds.filter((f) => f.posts.length > 0);
  const newest = seen
    .flatMap((f) => f.posts)
    .map((p) => p.at)
    .sort()
    .at(-1);
  if (!channels.some((c) => c.practice)) {
    return (
      <>
        <p className="text-sm text-ink-2">{t('trialNeedsPractice')}</p>
        <div className="flex flex-wrap gap-2">
          <StartPractice />
        </div>
      </>
    );
  }
  return (
    <>
      <p className="text-sm text-ink-2">{t('trialWhat')}</p>
      <div role="status">
        {newest && (
          <p className="flex items-start gap-2 text-sm font-semibold text-published">
            <CircleCheck size={17} aria-hidden className="mt-0.5 shrink-0" />
            {t('trialSeen', { n: seen.length, at: format(newest) })}
          </p>
        )}
      </div>
      <div className="flex flex-wrap gap-2">
        <Link to="/compose" className={buttonLook(newest ? 'secondary' : 'primary')}>
          <PenLine size={17} aria-hidden />
          {newest ? t('another') : t('firstTrial')}
        </Link>
        <Link to="/sandbox" className={buttonLook(newest ? 'primary' : 'ghost')}>
          <FlaskConical size={17} aria-hidden />
          {t('openSandbox')}
        </Link>
      </div>
    </>
  );
}
