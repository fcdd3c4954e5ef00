import { useRef, useState } from 'react';
import { useMove } from 'react-aria';
import { useTranslations } from 'use-intl';
import type { Kind, Point, Preview } from '../api/types';
import { useLanguage } from '../i18n';
import { PicturesMessages } from '../i18n/pictures';
import { Button } from '../ui/Button';
import { Dialog, DialogFooter } from '../ui/Dialog';
import { NetworkGlyph } from '../ui/Network';
import { objectPosition, ratioName } from './focal';
import type { Picture } from './picture';

const clamp = (v: number) => Math.min(1, Math.max(0, v));
/** One press of an arrow, in pixels on the screen; with Shift five times as much. */
const STEP = 12;
const BIG_STEP = 60;

type Shape = { ratio: number; kinds: string[] };

/** The shapes in which the networks will show the picture, as the last preview gave them. */
function shapesOf(previews: Preview[], mediaId: string): Shape[] {
  const shapes: Shape[] = [];
  for (const preview of previews) {
    for (const { media_id, width, height } of preview.images) {
      if (media_id !== mediaId) continue;
      const ratio = width / height;
      const same = shapes.find((s) => Math.abs(s.ratio - ratio) < 0.02);
      if (!same) shapes.push({ ratio, kinds: [preview.kind] });
      else if (!same.kinds.includes(preview.kind)) same.kinds.push(preview.kind);
    }
  }
  return shapes;
}

/** What must stay in sight when a network crops the picture. Pointer, finger or arrow keys. */
export function FocalDialog(props: {
  image: Pick<Picture, 'src' | 'alt' | 'focal'>;
  mediaId: string;
  kinds: Kind[];
  previews: Preview[];
  onApply: (focal: Point) => void;
  onClose: () => void;
}) {
  return (
    <PicturesMessages>
      <Focal {...props} />
    </PicturesMessages>
  );
}

function Focal({ image, mediaId, kinds, previews, onApply, onClose }: Parameters<typeof FocalDialog>[0]) {
  const t = useTranslations('focal');
  const { locale } = useLanguage();
  const box = useRef<HTMLDivElement>(null);
  const [focal, setFocal] = useState(image.focal);
  const [ratio, setRatio] = useState<number | null>(null);
  const shapes = shapesOf(previews, mediaId);
  const titleOf = (kind: string) => kinds.find((k) => k.kind === kind)?.title ?? kind;

  const { moveProps } = useMove({
    onMove(e) {
      const size = box.current?.getBoundingClientRect();
      if (!size) return;
      const step = e.pointerType !== 'keyboard' ? 1 : e.shiftKey ? BIG_STEP : STEP;
      setFocal((f) => ({
        x: clamp(f.x + (e.deltaX * step) / size.width),
        y: clamp(f.y + (e.deltaY * step) / size.height),
      }));
    },
  });
  const percent = (v: number) => Math.round(v * 100);

  return (
    <Dialog title={t('title')} isOpen onOpenChange={(open) => !open && onClose()} wide>
      <div className="grid gap-5 p-5 sm:grid-cols-[1fr_280px]">
        <div>
          <p className="mb-2.5 text-sm text-ink-2">{t('hint')}</p>
          <div
            ref={box}
            className="relative mx-auto w-fit overflow-hidden rounded-md select-none"
            onPointerDown={(e) => {
              if (!(e.target instanceof HTMLImageElement)) return;
              const size = e.currentTarget.getBoundingClientRect();
              setFocal({
                x: clamp((e.clientX - size.left) / size.width),
                y: clamp((e.clientY - size.top) / size.height),
              });
            }}
          >
            <img
              src={image.src}
              alt={image.alt}
              draggable={false}
              className="block max-h-[60dvh] max-w-full"
              onLoad={(e) => setRatio(e.currentTarget.naturalWidth / e.currentTarget.naturalHeight)}
            />
            <span
              aria-hidden
              className="pointer-events-none absolute inset-y-0 w-px bg-white/70"
              style={{ left: `${focal.x * 100}%` }}
            />
            <span
              aria-hidden
              className="pointer-events-none absolute inset-x-0 h-px bg-white/70"
              style={{ top: `${focal.y * 100}%` }}
            />
            <div
              {...moveProps}
              role="slider"
              tabIndex={0}
              aria-label={t('point')}
              aria-valuemin={0}
              aria-valuemax={100}
              aria-valuenow={percent(focal.x)}
              aria-valuetext={t('value', { x: percent(focal.x), y: percent(focal.y) })}
              className="absolute size-12 -translate-x-1/2 -translate-y-1/2 cursor-grab touch-none rounded-full border-[3px] border-white bg-accent/35 shadow-[0_0_0_2px_rgb(0_0_0/.5)] active:cursor-grabbing"
              style={{ left: `${focal.x * 100}%`, top: `${focal.y * 100}%` }}
            >
              <span className="absolute top-1/2 left-1/2 size-2 -translate-1/2 rounded-full bg-white" />
            </div>
          </div>
          <p className="mt-2 text-xs text-ink-3">{t('keys')}</p>
        </div>
        <div className="grid grid-cols-2 content-start items-end gap-3 sm:pt-8">
          {ratio !== null &&
            shapes.map((shape) => (
              <figure key={shape.ratio}>
                <img
                  src={image.src}
                  alt=""
                  className="w-full rounded-sm border border-line object-cover"
                  style={{
                    aspectRatio: String(shape.ratio),
                    objectPosition: objectPosition(focal, shape.ratio, ratio),
                  }}
                />
                <figcaption className="mt-1 flex flex-wrap items-center gap-x-1.5 text-xs text-ink-2">
                  <b>{Math.abs(shape.ratio - ratio) < 0.02 ? t('whole') : ratioName(shape.ratio, locale)}</b>
                  {shape.kinds.map((kind) => (
                    <span key={kind} className="inline-flex">
                      <NetworkGlyph kind={kind} size={12} />
                      <span className="sr-only">{titleOf(kind)}</span>
                    </span>
                  ))}
                </figcaption>
              </figure>
            ))}
        </div>
      </div>
      <DialogFooter>
        <Button onPress={onClose}>{t('cancel')}</Button>
        <Button
          variant="primary"
          onPress={() => {
            onApply(focal);
            onClose();
          }}
        >
          {t('apply')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
