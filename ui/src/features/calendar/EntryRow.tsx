import clsx from 'clsx';
import { Lock, MoveRight } from 'lucide-react';
import { memo } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { NetworkGlyph } from '../../ui/Network';
import { Choose } from './Choose';
import { Bars, kindsOf, lookOf, networkInk, StepTag, useByChannel } from './Look';
import { type Item, seriesKey } from './plan';
import { useItemRest, useNetworkNames, useStatusWords } from './words';

/** A post in a list, with its own way to be moved: nothing can be dragged here. */
export const EntryRow = memo(function EntryRow({ item, onMove }: { item: Item; onMove: (id: string) => void }) {
  const t = useTranslations('calendar');
  const rest = useItemRest();
  const names = useNetworkNames();
  const byChannel = useByChannel();
  const status = useStatusWords();
  const { entry } = item;
  const { icon: Icon, className, bars } = lookOf(item, byChannel);
  const kinds = kindsOf(item);
  return (
    <li className="relative flex items-stretch overflow-hidden rounded-lg border border-line bg-surface shadow-1">
      <Choose id={entry.post_id} name={item.name || t('untitled')} />
      <a
        href={`/posts/${entry.post_id}`}
        aria-haspopup="dialog"
        data-post={entry.post_id}
        data-series={entry.series ? seriesKey(entry.series) : undefined}
        draggable={false}
        className="flex min-w-0 flex-1 items-center gap-3 rounded-lg py-2.5 pr-2 pl-4 hover:bg-surface-2 focus-visible:-outline-offset-2 data-[hot]:ring-2 data-[hot]:ring-brass data-[hot]:ring-inset"
      >
        <span className={clsx('absolute inset-y-0 left-0 w-1 outline-0!', className)}>
          <Bars bars={bars} className="w-1" />
        </span>
        <span className="w-11 shrink-0 text-sm font-bold">{item.hour}</span>
        <span className="min-w-0 flex-1">
          <span className="line-clamp-2 leading-snug font-semibold break-words">{item.name || entry.text}</span>
          <span className="mt-1 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-ink-2">
            <span
              className={clsx(
                'inline-flex items-center gap-1 rounded-sm px-1.5 py-0.5 font-semibold whitespace-nowrap',
                byChannel ? 'bg-sunken text-ink-2' : className,
              )}
            >
              <Icon size={13} aria-hidden />
              {status(item)}
            </span>
            {byChannel ? (
              kinds.map((kind) => (
                <span key={kind} className={clsx('inline-flex items-center gap-1 font-semibold', networkInk(kind))}>
                  <NetworkGlyph kind={kind} size={12} />
                  <span aria-hidden>{names.get(kind) ?? kind}</span>
                </span>
              ))
            ) : (
              <span className="flex gap-1">
                {kinds.map((kind) => (
                  <NetworkGlyph key={kind} kind={kind} size={12} />
                ))}
              </span>
            )}
            <StepTag series={entry.series} />
            <span className="sr-only">{rest(item, 'status')}</span>
          </span>
        </span>
        {entry.image_id && (
          <img
            src={`/api/v1/media/${entry.image_id}/file`}
            alt=""
            loading="lazy"
            decoding="async"
            className="size-12 shrink-0 rounded-md bg-sunken object-cover"
          />
        )}
      </a>
      {entry.locked ? (
        <span className="grid w-11 place-items-center text-ink-3">
          <Lock size={15} aria-hidden />
        </span>
      ) : (
        <AriaButton
          aria-label={t('moveItem', { name: item.name })}
          onPress={() => onMove(entry.post_id)}
          className="grid w-11 cursor-pointer place-items-center rounded-lg text-ink-2 hover:bg-sunken hover:text-ink focus-visible:-outline-offset-2"
        >
          <MoveRight size={17} aria-hidden />
        </AriaButton>
      )}
    </li>
  );
});
