import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bell as BellIcon } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { unreadQuery } from '../api/notices';

/** How much there is that the person has not heard of, and the way to it. */
export function Bell() {
  const t = useTranslations('nav');
  const n = useQuery(unreadQuery).data?.unread ?? 0;
  return (
    <Link
      to="/notices"
      aria-label={t('notices', { n })}
      title={t('notices', { n })}
      className="relative grid size-9 shrink-0 place-items-center rounded-md text-ink-2 hover:bg-sunken max-lg:size-11"
    >
      <BellIcon size={18} aria-hidden />
      {n > 0 && (
        <span
          aria-hidden
          className="absolute top-0 right-0 min-w-4.5 rounded-full bg-danger px-1 text-center text-2xs leading-4.5 font-bold text-on-danger"
        >
          {n > 99 ? '99+' : n}
        </span>
      )}
    </Link>
  );
}
