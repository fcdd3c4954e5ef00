import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { Accessibility, Ban, CalendarX, CircleHelp, type LucideIcon } from 'lucide-react';
import { memo } from 'react';
import { useTranslations } from 'use-intl';
import type { Media } from '../../api/types';
import { type Flag, flagsOf } from './rights';

const FLAGS: Record<Flag, { icon: LucideIcon; look: string }> = {
  refused: { icon: Ban, look: 'bg-failed-soft text-failed' },
  expired: { icon: CalendarX, look: 'bg-failed-soft text-failed' },
  consent: { icon: CircleHelp, look: 'bg-pending-soft text-pending' },
  alt: { icon: Accessibility, look: 'bg-pending-soft text-pending' },
};

export function FlagTag({ flag }: { flag: Flag }) {
  const t = useTranslations('library');
  const { icon: Icon, look } = FLAGS[flag];
  return (
    <span className={clsx('inline-flex items-center gap-1 rounded-sm px-1.5 py-0.5 text-xs font-semibold', look)}>
      <Icon size={13} aria-hidden className="shrink-0" />
      {t('flag', { flag })}
    </span>
  );
}

/** One picture of the grid; it opens what is known of it. */
export const Picture = memo(function Picture({ media, today }: { media: Media; today: string }) {
  const t = useTranslations('library');
  const [worst] = flagsOf(media, today);
  return (
    <li>
      <Link
        to="/media"
        search={(before) => ({ ...before, id: media.id })}
        preload={false}
        data-media={media.id}
        className="group block overflow-hidden rounded-lg border border-line bg-surface shadow-1 hover:border-line-strong"
      >
        <img
          src={media.url}
          alt={media.alt}
          width={media.width}
          height={media.height}
          loading="lazy"
          decoding="async"
          className="aspect-[4/3] w-full bg-sunken object-cover"
        />
        <span className="block space-y-1 p-2.5">
          <span className="block truncate text-sm font-semibold group-hover:underline">
            {media.name || t('unnamed')}
          </span>
          <span className="flex min-h-6 flex-wrap items-center justify-between gap-1 text-xs text-ink-2">
            {t('uses', { n: media.uses })}
            {worst && <FlagTag flag={worst} />}
          </span>
        </span>
      </Link>
    </li>
  );
});
