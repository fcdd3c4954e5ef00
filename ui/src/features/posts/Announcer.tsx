import { useEffect, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Delivery } from '../../api/types';
import { sightOf } from '../../ui/Tags';

/** Says to screen readers what changed, and only that. */
export function Announcer({ deliveries }: { deliveries: Delivery[] }) {
  const t = useTranslations('deliveryStatus');
  const say = useTranslations('delivery');
  const seen = useRef(new Map<string, string>());
  const [words, setWords] = useState('');
  useEffect(() => {
    const changed = deliveries.filter((d) => seen.current.has(d.id) && seen.current.get(d.id) !== sightOf(d));
    for (const d of deliveries) seen.current.set(d.id, sightOf(d));
    if (changed.length > 0)
      setWords(changed.map((d) => say('announce', { name: d.channel_name, status: t(sightOf(d)) })).join(' '));
  }, [deliveries, t, say]);
  return (
    <p role="status" className="sr-only">
      {words}
    </p>
  );
}
