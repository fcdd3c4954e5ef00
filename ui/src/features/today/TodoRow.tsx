import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import {
  CirclePause,
  Inbox,
  type LucideIcon,
  MessageCircleQuestion,
  OctagonAlert,
  Plug,
  ShieldCheck,
  TriangleAlert,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { Notice } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { buttonLook } from '../../ui/Button';
import type { Standing } from '../channels/standing';
import { RetryAct } from './RetryAct';
import type { Todo } from './todo';

const TONES = {
  failed: 'bg-failed-soft text-failed',
  pending: 'bg-pending-soft text-pending',
  paused: 'bg-paused-soft text-paused',
  scheduled: 'bg-scheduled-soft text-scheduled',
};

const SMALL = buttonLook('secondary', 'sm');

/** One thing that waits for a person: what it is, and one button. */
export function TodoRow({ todo }: { todo: Todo }) {
  const t = useTranslations('today');
  switch (todo.is) {
    case 'notice':
      return <NoticeRow notice={todo.notice} />;
    case 'review':
      return (
        <Row tone="paused" icon={CirclePause} title={t('review', { n: todo.n })} sub={t('reviewWhat')}>
          <Link to="/review" className={buttonLook('primary', 'sm')}>
            {t('decide')}
          </Link>
        </Row>
      );
    case 'paused':
      return (
        <Row tone="paused" icon={CirclePause} title={t('paused', { n: todo.n })} sub={t('pausedWhat')}>
          <Link to="/crisis/held" className={buttonLook('primary', 'sm')}>
            {t('decide')}
          </Link>
        </Row>
      );
    case 'channel':
      return (
        <ChannelRow name={todo.channel.name} standing={todo.standing} until={todo.channel.credentials_expire_at} />
      );
    case 'imports':
      return (
        <Row
          tone="scheduled"
          icon={Inbox}
          title={todo.more ? t('importsMany', { n: todo.n }) : t('imports', { n: todo.n })}
          sub={t('importsWhat')}
        >
          <Link to="/imports" className={SMALL}>
            {t('sort')}
          </Link>
        </Row>
      );
    case 'exercise':
      return (
        <Row tone="scheduled" icon={ShieldCheck} title={t('exercise')} sub={t('exerciseWhat')}>
          <Link to="/crisis" search={{ exercise: true }} className={SMALL}>
            {t('exerciseDo')}
          </Link>
        </Row>
      );
  }
}

function ChannelRow({ name, standing, until }: { name: string; standing: Standing; until: string | null }) {
  const t = useTranslations('today');
  const format = useDates();
  return (
    <Row
      tone={standing.is === 'expires' ? 'pending' : 'failed'}
      icon={Plug}
      title={standing.is === 'expires' ? t('channelExpires', { name }) : t('channelCut', { name })}
      sub={standing.is === 'expires' && until ? t('channelUntil', { at: format(until, 'day') }) : t('channelCutWhat')}
    >
      <Link to="/channels" aria-label={t('renewOf', { name })} className={SMALL}>
        {t('renew')}
      </Link>
    </Row>
  );
}

/** The server's own words: they are in French. */
function NoticeRow({ notice }: { notice: Notice }) {
  const t = useTranslations('today');
  const { kind, title, post_id: post, delivery_id: delivery } = notice;
  const grave = notice.severity === 'error';
  const way = () => {
    const of = (verb: string) => t('actOn', { verb, title });
    if (kind === 'failed' && delivery && post) return <RetryAct delivery={delivery} post={post} title={title} />;
    if (post && kind !== 'reauth') {
      const verb = kind === 'unknown' ? t('check') : kind === 'missed' ? t('decide') : t('open');
      return (
        <Link
          to="/posts/$id"
          params={{ id: post }}
          aria-label={of(verb)}
          className={buttonLook(kind === 'unknown' ? 'primary' : 'secondary', 'sm')}
        >
          {verb}
        </Link>
      );
    }
    if (kind === 'source')
      return (
        <Link to="/imports/sources" aria-label={of(t('open'))} className={SMALL}>
          {t('open')}
        </Link>
      );
    if (notice.channel_id)
      return (
        <Link to="/channels" aria-label={of(t('open'))} className={SMALL}>
          {t('open')}
        </Link>
      );
    return (
      <Link to="/notices" aria-label={of(t('open'))} className={SMALL}>
        {t('open')}
      </Link>
    );
  };
  return (
    <Row
      tone={grave ? 'failed' : 'pending'}
      icon={kind === 'unknown' ? MessageCircleQuestion : grave ? OctagonAlert : TriangleAlert}
      title={title}
      sub={notice.message}
      lang="fr"
    >
      {way()}
    </Row>
  );
}

function Row({
  tone,
  icon: Icon,
  title,
  sub,
  lang,
  children,
}: {
  tone: keyof typeof TONES;
  icon: LucideIcon;
  title: string;
  sub: string;
  lang?: string;
  children: ReactNode;
}) {
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-3">
      <span className={clsx('grid size-10 shrink-0 place-items-center rounded-full', TONES[tone])}>
        <Icon size={20} aria-hidden />
      </span>
      <div lang={lang} className="min-w-0 flex-1 basis-44">
        <h3 className="leading-snug font-semibold text-pretty break-words">{title}</h3>
        <p className="text-sm break-words text-ink-2">{sub}</p>
      </div>
      {children}
    </li>
  );
}
