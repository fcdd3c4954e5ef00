import clsx from 'clsx';
import { CircleCheck, CirclePause, CircleSlash, Hourglass, type LucideIcon, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Standing } from './standing';

const LOOKS: Record<Standing['is'], { icon: LucideIcon; className: string }> = {
  working: { icon: CircleCheck, className: 'text-published' },
  expires: { icon: Hourglass, className: 'text-pending' },
  waiting: { icon: CirclePause, className: 'text-pending' },
  expired: { icon: TriangleAlert, className: 'text-failed' },
  renew: { icon: TriangleAlert, className: 'text-failed' },
  cut: { icon: CircleSlash, className: 'text-failed' },
};

/** How an account stands, as a colour, an icon and words. */
export function StandingTag({ standing, small = false }: { standing: Standing; small?: boolean }) {
  const status = useTranslations('channelStatus');
  const t = useTranslations('standing');
  const { icon: Icon, className } = LOOKS[standing.is];
  const words = () => {
    switch (standing.is) {
      case 'working':
        return status('connected');
      case 'renew':
        return status('needs_reauth');
      case 'cut':
        return status('disconnected');
      case 'expired':
        return t('expired');
      case 'expires':
        return t('expiresIn', { n: standing.days });
      case 'waiting':
        return t('waiting');
    }
  };
  return (
    <span className={clsx('inline-flex items-center gap-1.5 font-semibold', small ? 'text-xs' : 'text-sm', className)}>
      <Icon size={small ? 14 : 15} aria-hidden className="shrink-0" />
      {words()}
    </span>
  );
}
