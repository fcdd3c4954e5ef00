import clsx from 'clsx';
import { Check, TriangleAlert } from 'lucide-react';
import { Checkbox } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import type { BroadcastAccount, BroadcastPreview, Preview } from '../../api/types';
import { NetworkBadge } from '../../ui/Network';

/** A bound that no alert comes near is not worth a word. */
const LONG = 5_000;

/** Exactly what will stand on each account, by the name that people there know. */
export function ChannelTexts({
  preview,
  fresh,
  off = [],
  onOff,
}: {
  preview: BroadcastPreview;
  fresh: boolean;
  off?: string[];
  /** Left out: every channel takes part. */
  onOff?: (off: string[]) => void;
}) {
  const t = useTranslations('alert');
  const toggle = (id: string, on: boolean) => onOff?.(on ? off.filter((x) => x !== id) : [...off, id]);
  return (
    <section aria-label={t('texts')}>
      <h2 className="mb-2.5 flex flex-wrap items-baseline justify-between gap-x-3 text-lg font-bold">
        {t('texts')}
        <span className="text-xs font-medium text-ink-2">{fresh ? t('exact') : t('updating')}</span>
      </h2>
      <ul className="grid grid-cols-[minmax(0,1fr)] gap-3 md:grid-cols-2">
        {preview.accounts.map((a) => (
          <ChannelText
            key={a.channel_id}
            account={a}
            preview={preview.previews.find((p) => p.channel_id === a.channel_id)}
            on={!off.includes(a.channel_id)}
            {...(onOff ? { onToggle: (on: boolean) => toggle(a.channel_id, on) } : {})}
          />
        ))}
      </ul>
    </section>
  );
}

function ChannelText({
  account: a,
  preview,
  on,
  onToggle,
}: {
  account: BroadcastAccount;
  preview: Preview | undefined;
  on: boolean;
  onToggle?: (on: boolean) => void;
}) {
  const t = useTranslations('alert');
  const name = (
    <span className="min-w-0 flex-1 leading-tight">
      <span className="block text-sm font-bold break-words">{a.account || a.name}</span>
      {a.account && a.name !== a.account && <span className="block text-xs break-words text-ink-2">{a.name}</span>}
    </span>
  );
  const look = 'flex min-h-11 w-full items-center gap-3 rounded-md';
  return (
    <li className={clsx('rounded-lg border border-line bg-surface p-3', !on && 'border-dashed')}>
      {onToggle ? (
        <Checkbox
          isSelected={on}
          onChange={onToggle}
          aria-label={t('include', { name: a.account || a.name })}
          className={clsx(look, 'group cursor-pointer')}
        >
          <NetworkBadge kind={a.kind} size={32} className={clsx('ring-1 ring-white/25', !on && 'opacity-40')} />
          {name}
          <span
            aria-hidden
            className="grid size-6 shrink-0 place-items-center rounded-sm border-2 border-line-strong group-focus-visible:outline-2 group-focus-visible:outline-offset-2 group-focus-visible:outline-focus group-selected:border-accent group-selected:bg-accent group-selected:text-on-accent"
          >
            {on && <Check size={17} strokeWidth={3.5} />}
          </span>
        </Checkbox>
      ) : (
        <div className={look}>
          <NetworkBadge kind={a.kind} size={32} className="ring-1 ring-white/25" />
          {name}
        </div>
      )}
      {!on ? (
        <p className="mt-1 text-sm text-ink-2">{t('leftOut')}</p>
      ) : (
        <>
          {!a.ready && (
            <p className="mt-1.5 flex gap-2 text-sm font-semibold text-pending">
              <TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
              <span lang="fr">{a.reason}</span>
            </p>
          )}
          {preview && (
            <div className="mt-2 rounded-md bg-sunken px-3 py-2.5 text-sm">
              <div lang="fr" className="break-words">
                {preview.title && <p className="mb-1 font-bold">{preview.title}</p>}
                <p className="whitespace-pre-wrap">{preview.text}</p>
              </div>
              <p className="mt-2 text-xs text-ink-2">
                {preview.limit > 0 && preview.limit <= LONG
                  ? t('ofLimit', { length: preview.length, limit: preview.limit })
                  : t('length', { length: preview.length })}
                {preview.shortened && ` · ${t('shortened')}`}
              </p>
            </div>
          )}
        </>
      )}
    </li>
  );
}
