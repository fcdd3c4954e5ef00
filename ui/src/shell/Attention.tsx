import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import { crisisQuery } from '../api/crisis';
import { unreadQuery } from '../api/notices';
import { isAdministrator, useSession } from '../api/session';
import { reviewQuery, systemQuery } from '../api/system';

const Banners = lazy(() => import('./AttentionBanners').then((m) => ({ default: m.AttentionBanners })));

/** What people must know on whatever page they are. On a good day it loads nothing. */
export function Attention() {
  const administrator = isAdministrator(useSession());
  const review = useQuery(reviewQuery).data;
  const system = useQuery({ ...systemQuery, enabled: administrator }).data;
  const crisis = useQuery(crisisQuery).data;
  const held = review?.items.length ?? 0;
  return (
    <>
      <NewNotice />
      {(held > 0 ||
        (crisis && (crisis.broadcasts.length > 0 || crisis.held > 0)) ||
        system?.clock.paused ||
        system?.recovery ||
        (system?.overdue ?? 0) > 0) && (
        <Suspense>
          <Banners held={held} system={system} crisis={crisis} />
        </Suspense>
      )}
    </>
  );
}

/** Says to screen readers what the bell shows to others, when it is new. */
function NewNotice() {
  const t = useTranslations('nav');
  const { data } = useQuery(unreadQuery);
  const known = useRef<number | null>(null);
  const [title, setTitle] = useState('');
  useEffect(() => {
    if (!data) return;
    if (known.current !== null && data.unread > known.current) setTitle(data.notices[0]?.title ?? '');
    known.current = data.unread;
  }, [data]);
  return (
    <p role="status" className="sr-only">
      {title && t('newNotice', { title })}
    </p>
  );
}
