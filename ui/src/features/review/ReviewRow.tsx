import { Link } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { ReviewItem } from '../../api/types';
import type { Choice } from '../../decisions/useChoices';
import { useDates } from '../../i18n/useDates';
import { NetworkBadge } from '../../ui/Network';
import { Segmented } from '../../ui/Segmented';

/** One held publication: what, where, when it was due, why it waits, and what becomes of it. */
export function ReviewRow({
  item,
  page,
  choice,
  onChoose,
}: {
  item: ReviewItem;
  /** Where the account can be looked at; empty: nowhere. */
  page: string;
  choice: Choice;
  onChoose: (choice: Choice) => void;
}) {
  const t = useTranslations('review');
  const reason = useTranslations('holdReason');
  const because = useTranslations('heldBecause');
  const format = useDates();
  const { delivery, title } = item;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-3 px-4 py-3.5 lg:px-5">
      <div className="flex min-w-0 flex-1 basis-72 gap-3.5">
        <NetworkBadge kind={delivery.kind} size={32} className="mt-0.5" />
        <div className="min-w-0 space-y-1">
          <h2 className="text-base leading-snug font-semibold">
            <Link to="/posts/$id" params={{ id: delivery.post_id }} className="rounded break-words hover:underline">
              {title}
            </Link>
          </h2>
          <p className="text-sm text-ink-2">
            {delivery.channel_name}
            {' · '}
            {delivery.due_at ? t('due', { at: format(delivery.due_at) }) : t('noHour')}
          </p>
          <p className="text-sm text-ink-2">
            <b className="mr-1.5 rounded-sm bg-paused-soft px-1.5 py-0.5 text-xs font-semibold text-paused">
              {reason(item.reason)}
            </b>
            {because(item.reason)}
          </p>
          {item.reason === 'recovery' && page && (
            <p>
              <a
                href={page}
                target="_blank"
                rel="noreferrer"
                aria-label={t('openPageOf', { name: delivery.channel_name })}
                className="inline-flex min-h-6 items-center gap-1 rounded text-sm font-medium text-accent-ink underline underline-offset-2"
              >
                {t('openPage')}
                <ExternalLink size={13} aria-hidden />
              </a>
            </p>
          )}
        </div>
      </div>
      <div className="max-sm:w-full">
        <Segmented
          label={t('decision', { title, channel: delivery.channel_name })}
          stretch
          value={choice}
          onChange={onChoose}
          items={[
            { id: 'later', label: t('later') },
            { id: 'release', label: t('release') },
            { id: 'cancel', label: t('cancel') },
          ]}
        />
      </div>
    </li>
  );
}
