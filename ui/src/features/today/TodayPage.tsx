import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { channelsQuery, kindsQuery } from '../../api/channels';
import { toProblem } from '../../api/problem';
import { useSession } from '../../api/session';
import { useMinute } from '../../data/useMinute';
import { useLanguage } from '../../i18n';
import { TodayMessages } from '../../i18n/today';
import { PageHead } from '../../shell/PageHead';
import { Later } from '../../ui/Later';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { ChannelsPanel } from './ChannelsPanel';
import { dayInWords, dayOf } from './days';
import { Newcomer } from './Newcomer';
import { NextPanel } from './NextPanel';
import { byDay, lastSent, nextAfter, postsAroundQuery } from './plan';
import { SentPanel } from './SentPanel';
import { Timeline } from './Timeline';
import { TodoPanel } from './TodoPanel';
import { useTodo } from './useTodo';
import { WeekStrip } from './WeekStrip';

/** What waits, what leaves today, and how the channels stand: where the day begins. */
export const TodayPage = () => (
  <TodayMessages>
    <Page />
  </TodayMessages>
);

const capital = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

function Page() {
  const t = useTranslations('today');
  const { locale } = useLanguage();
  const { zone } = useSession().commune;
  const now = useMinute();
  const today = dayOf(now, zone);
  const { channels } = useSuspenseQuery(channelsQuery).data;
  const { kinds } = useSuspenseQuery(kindsQuery).data;
  const { data: posts = [], error } = useQuery(postsAroundQuery(today, zone));
  const todo = useTodo(channels, kinds, now);
  const days = byDay(posts, zone);
  const ofToday = days.get(today) ?? [];
  const head = t('head', { day: capital(dayInWords(today, 'long', locale)), n: ofToday.length });
  return (
    <>
      <PageHead title={t('title')} sub={head} />
      <div className="mx-auto grid max-w-[1240px] grid-cols-[minmax(0,1fr)] items-start gap-5 p-4 lg:grid-cols-[minmax(0,1fr)_360px] lg:p-6">
        <div className="space-y-5">
          {channels.length === 0 && <Newcomer />}
          {error && <ProblemNotice problem={toProblem(error)} />}
          {(channels.length > 0 || (todo?.length ?? 0) > 0) && <TodoPanel todo={todo} />}
          <Timeline day={today} posts={ofToday} now={now} />
          <Later>
            <WeekStrip day={today} days={days} />
          </Later>
        </div>
        <div className="space-y-5">
          <Later>
            {channels.length > 0 && <ChannelsPanel channels={channels} kinds={kinds} now={now} />}
            <NextPanel posts={nextAfter(posts, today, zone, 5)} />
            <SentPanel posts={lastSent(posts, 5)} kinds={kinds} />
          </Later>
        </div>
      </div>
    </>
  );
}
