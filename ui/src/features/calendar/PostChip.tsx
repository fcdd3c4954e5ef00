import clsx from 'clsx';
import { memo } from 'react';
import { NetworkGlyph } from '../../ui/Network';
import { Bars, kindsOf, lookOf, networkInk, StepTag, useByChannel } from './Look';
import { type Item, isHeld, seriesKey } from './plan';
import { useItemRest } from './words';

const GLYPHS = 3;

/**
 * A post on the board. It is a link: every browser drags it, and it opens
 * beside like any other. The board listens for it; see useBoard.
 */
export const PostChip = memo(function PostChip({
  item,
  tabIndex,
  week = false,
  lines = 2,
}: {
  item: Item;
  tabIndex: 0 | -1;
  week?: boolean;
  lines?: 1 | 2 | 3;
}) {
  const rest = useItemRest();
  const byChannel = useByChannel();
  const { entry } = item;
  const { icon: Icon, className, bars } = lookOf(item, byChannel);
  const kinds = kindsOf(item);
  // Beside a step there is no room, except where the colour needs its mark.
  const shown = week ? 5 : entry.series ? (byChannel ? 1 : 0) : GLYPHS;
  return (
    <a
      href={`/posts/${entry.post_id}`}
      draggable={!entry.locked}
      tabIndex={tabIndex}
      aria-haspopup="dialog"
      data-post={entry.post_id}
      data-series={entry.series ? seriesKey(entry.series) : undefined}
      className={clsx(
        'relative block overflow-hidden rounded-sm py-1 pr-1.5 pl-2.5 hover:brightness-[.97] focus-visible:z-10 dark:hover:brightness-110',
        'data-[dragging]:opacity-40 data-[hot]:ring-2 data-[hot]:ring-brass',
        className,
        entry.locked ? 'cursor-pointer' : 'cursor-grab',
        isHeld(item) && 'hatch',
        entry.status === 'draft' && 'outline-1 -outline-offset-1 outline-dashed outline-line-strong',
        week && '[contain-intrinsic-size:auto_4rem] [content-visibility:auto]',
      )}
    >
      <Bars bars={bars} className={byChannel ? 'w-1' : 'w-[3px]'} />
      <span className="flex items-center gap-1 text-2xs leading-4">
        <Icon size={12} strokeWidth={2.4} aria-hidden className="shrink-0" />
        <span className="font-bold text-ink">{item.hour}</span>
        <StepTag series={entry.series} />
        {!week && shown > 0 && (
          <span className="ml-auto flex items-center gap-[3px] text-ink-2">
            {kinds.slice(0, shown).map((kind) => (
              <NetworkGlyph key={kind} kind={kind} size={10.5} className={byChannel ? networkInk(kind) : undefined} />
            ))}
            {kinds.length > shown && (
              <span aria-hidden className="text-[.65rem] font-semibold">
                +{kinds.length - shown}
              </span>
            )}
          </span>
        )}
      </span>
      {week && entry.image_id && (
        <img
          src={`/api/v1/media/${entry.image_id}/file`}
          alt=""
          loading="lazy"
          decoding="async"
          draggable={false}
          className="mt-1 aspect-[2/1] w-full rounded-[4px] bg-sunken object-cover"
        />
      )}
      <span
        className={clsx(
          'text-xs leading-[1.0625rem] font-medium break-words text-ink',
          week ? 'mt-0.5 line-clamp-4' : lines === 3 ? 'line-clamp-3' : lines === 2 ? 'line-clamp-2' : 'line-clamp-1',
        )}
      >
        {item.name || entry.text}
      </span>
      <span className="sr-only">{rest(item)}</span>
      {week && (
        <span aria-hidden className="mt-1 flex items-center gap-1.5 text-ink-2">
          {kinds.slice(0, shown).map((kind) => (
            <NetworkGlyph key={kind} kind={kind} size={12} className={byChannel ? networkInk(kind) : undefined} />
          ))}
          {kinds.length > shown && (
            <span aria-hidden className="text-2xs font-semibold">
              +{kinds.length - shown}
            </span>
          )}
        </span>
      )}
    </a>
  );
});
