import clsx from 'clsx';
import {
  CircleCheck,
  CircleDashed,
  CirclePause,
  CircleSlash,
  CircleX,
  Clock3,
  FlaskConical,
  Hourglass,
  Loader,
  type LucideIcon,
  MessageCircleQuestion,
  OctagonAlert,
  RotateCw,
  SearchCheck,
  Trash2,
} from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Delivery, PostStatus } from '../api/types';

type Tone = 'draft' | 'pending' | 'scheduled' | 'live' | 'published' | 'failed' | 'paused';

const TONES: Record<Tone, string> = {
  draft: 'bg-draft-soft text-draft',
  pending: 'bg-pending-soft text-pending',
  scheduled: 'bg-scheduled-soft text-scheduled',
  live: 'bg-live-soft text-live',
  published: 'bg-published-soft text-published',
  failed: 'bg-failed-soft text-failed',
  paused: 'bg-paused-soft text-paused',
};

/** What people see of a delivery: its status, and for an unknown one whose turn it is. */
export type DeliverySight = Exclude<Delivery['status'], 'unknown'> | 'checking' | 'undecided' | 'paused' | 'removed';

type Seen = Pick<Delivery, 'status' | 'needs_person'> & Partial<Pick<Delivery, 'hold_reason' | 'removed_at'>>;

export const sightOf = (d: Seen): DeliverySight => {
  if (d.status === 'held' && d.hold_reason === 'crisis') return 'paused';
  if (d.status === 'sent' && d.removed_at) return 'removed';
  if (d.status !== 'unknown') return d.status;
  return d.needs_person ? 'undecided' : 'checking';
};

type Look = { tone: Tone; icon: LucideIcon; turns?: boolean };

const DELIVERY: Record<DeliverySight, Look> = {
  draft: { tone: 'draft', icon: CircleDashed },
  awaiting_approval: { tone: 'pending', icon: Hourglass },
  scheduled: { tone: 'scheduled', icon: Clock3 },
  held: { tone: 'paused', icon: CirclePause },
  paused: { tone: 'paused', icon: CirclePause },
  sending: { tone: 'live', icon: Loader, turns: true },
  retrying: { tone: 'pending', icon: RotateCw },
  checking: { tone: 'pending', icon: SearchCheck },
  undecided: { tone: 'failed', icon: MessageCircleQuestion },
  sent: { tone: 'published', icon: CircleCheck },
  removed: { tone: 'draft', icon: Trash2 },
  failed: { tone: 'failed', icon: OctagonAlert },
  missed: { tone: 'failed', icon: CircleX },
  cancelled: { tone: 'draft', icon: CircleSlash },
};

const POST: Record<PostStatus, Look> = {
  draft: { tone: 'draft', icon: CircleDashed },
  awaiting_approval: { tone: 'pending', icon: Hourglass },
  scheduled: { tone: 'scheduled', icon: Clock3 },
  publishing: { tone: 'live', icon: Loader, turns: true },
  published: { tone: 'published', icon: CircleCheck },
  partly_published: { tone: 'failed', icon: OctagonAlert },
  failed: { tone: 'failed', icon: OctagonAlert },
  cancelled: { tone: 'draft', icon: CircleSlash },
};

/** The look of a post's status, for what shows it otherwise than as a tag. */
export const postLook = (status: PostStatus): { icon: LucideIcon; className: string } => ({
  icon: POST[status].icon,
  className: TONES[POST[status].tone],
});

/** The look of what an alert holds. */
export const PAUSED_LOOK = { icon: CirclePause, className: TONES.paused };

function Tag({ look, children }: { look: Look; children: string }) {
  const Icon = look.icon;
  return (
    <span
      className={clsx(
        'inline-flex items-center gap-1 rounded-sm px-1.5 py-0.5 text-xs font-semibold whitespace-nowrap',
        TONES[look.tone],
      )}
    >
      <Icon size={13} aria-hidden className={clsx('shrink-0', look.turns && 'animate-[turn_2s_linear_infinite]')} />
      {children}
    </span>
  );
}

export function DeliveryTag({ delivery }: { delivery: Seen }) {
  const t = useTranslations('deliveryStatus');
  const sight = sightOf(delivery);
  return <Tag look={DELIVERY[sight]}>{t(sight)}</Tag>;
}

export const toneOf = (delivery: Seen): string => TONES[DELIVERY[sightOf(delivery)].tone];

export function PostTag({ status }: { status: PostStatus }) {
  const t = useTranslations('postStatus');
  return <Tag look={POST[status]}>{t(status)}</Tag>;
}

/** Marks whatever speaks to the simulated networks only. */
export function PracticeTag() {
  const t = useTranslations('practice');
  return (
    <span className="inline-flex items-center gap-1 rounded-sm border border-dashed border-current bg-paused-soft px-1.5 py-px text-xs font-semibold whitespace-nowrap text-paused">
      <FlaskConical size={12} aria-hidden className="shrink-0" />
      {t('tag')}
    </span>
  );
}
