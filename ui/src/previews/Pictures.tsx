import clsx from 'clsx';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PreviewImage } from '../api/types';

type Size = { width: number; height: number };

/** The part of the crop that a tile of `ratio` shows: networks cut the middle out. */
function window({ crop }: PreviewImage, ratio: number) {
  const width = Math.min(crop.width, crop.height * ratio);
  const height = Math.min(crop.height, crop.width / ratio);
  return { x: crop.x + (crop.width - width) / 2, y: crop.y + (crop.height - height) / 2, width, height };
}

/** One picture, cut as the server will cut it. */
export function Picture({ image, ratio, className }: { image: PreviewImage; ratio?: number; className?: string }) {
  const t = useTranslations('preview');
  const [full, setFull] = useState<Size | null>(null);
  const own = image.width / image.height;
  const part = window(image, ratio ?? own);
  const percent = (of: number, whole: number) => `${(of / whole) * 100}%`;
  return (
    <span className={clsx('relative block overflow-hidden', className)} style={{ aspectRatio: String(ratio ?? own) }}>
      <img
        src={image.url}
        alt={image.alt || t('decorative')}
        className={clsx('absolute max-w-none', !full && 'opacity-0')}
        onLoad={(e) => setFull({ width: e.currentTarget.naturalWidth, height: e.currentTarget.naturalHeight })}
        style={
          full
            ? {
                width: percent(full.width, part.width),
                height: percent(full.height, part.height),
                left: percent(-part.x, part.width),
                top: percent(-part.y, part.height),
              }
            : {}
        }
      />
    </span>
  );
}

type Tile = { ratio: number; span: string };

/** How many pictures stand how, for an album two columns wide. */
function tilesFor(n: number): Tile[] {
  if (n === 2) return [tile(1), tile(1)];
  if (n === 3) return [{ ratio: 2, span: 'col-span-2' }, tile(1), tile(1)];
  return [tile(1), tile(1), tile(1), tile(1)];
}
const tile = (ratio: number): Tile => ({ ratio, span: '' });

/** Several pictures, as networks lay them out; what does not fit is counted on the last one. */
export function Album({ images, className }: { images: PreviewImage[]; className?: string }) {
  const [only] = images;
  if (!only) return null;
  if (images.length === 1) return <Picture image={only} className={clsx('w-full', className)} />;
  const tiles = tilesFor(images.length);
  const hidden = images.length - tiles.length;
  return (
    <div className={clsx('grid grid-cols-2 gap-0.5 overflow-hidden', className)}>
      {tiles.map(({ ratio, span }, i) => {
        const image = images[i];
        if (!image) return null;
        const last = i === tiles.length - 1 && hidden > 0;
        return (
          <span key={image.media_id} className={clsx('relative block', span)}>
            <Picture image={image} ratio={ratio} />
            {last && (
              <span className="absolute inset-0 grid place-items-center bg-black/55 text-2xl font-semibold text-white">
                +{hidden}
              </span>
            )}
          </span>
        );
      })}
    </div>
  );
}
