import { Crosshair, ImagePlus, Images, RotateCw, Star, Trash2 } from 'lucide-react';
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { LighterNote } from '../../pictures/LighterNote';
import type { Picture, PictureChange } from '../../pictures/picture';
import { SendingBar } from '../../pictures/SendingBar';
import { Button, IconButton } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { useProblemText } from '../../ui/ProblemNotice';
import { IMAGE_TYPES } from '../../uploads/imageTypes';
import { useUploads } from '../../uploads/useUploads';

const MediaPicker = lazy(() => import('../../pictures/MediaPicker').then((m) => ({ default: m.MediaPicker })));
const PosterFocus = lazy(() => import('./PosterFocus').then((m) => ({ default: m.PosterFocus })));

type Dispatch = (change: PictureChange) => void;

/** The poster and what else is shown. The first picture is the poster. */
export function PicturesField({
  value,
  channels,
  dispatch,
}: {
  value: Picture[];
  channels: string[];
  dispatch: Dispatch;
}) {
  const t = useTranslations('events');
  const [choosing, choose] = useState(false);
  const told = useRef(dispatch);
  useEffect(() => {
    told.current = dispatch;
  });
  const tell = useCallback<Dispatch>((c) => told.current(c), []);
  const uploads = useUploads(tell);
  return (
    <div>
      <span className="mb-1.5 block text-sm font-semibold">{t('pictures')}</span>
      {value.length > 0 && (
        <ol className="mb-3 space-y-4">
          {value.map((picture, i) => (
            <PictureRow
              key={picture.key}
              picture={picture}
              n={i + 1}
              channels={channels}
              dispatch={dispatch}
              onRetry={() => uploads.retry(picture.key)}
              onRemove={() => uploads.remove(picture.key)}
            />
          ))}
        </ol>
      )}
      <div className="flex flex-wrap gap-2">
        <FileTrigger acceptedFileTypes={IMAGE_TYPES} allowsMultiple onSelect={(files) => uploads.add(files ?? [])}>
          <Button className="flex-1 border-dashed">
            <ImagePlus size={17} aria-hidden />
            {value.length === 0 ? t('addPoster') : t('addPicture')}
          </Button>
        </FileTrigger>
        <Button className="flex-1" onPress={() => choose(true)}>
          <Images size={17} aria-hidden />
          {t('fromLibrary')}
        </Button>
      </div>
      {choosing && (
        <Suspense>
          <MediaPicker onPick={(media) => dispatch({ type: 'take', media })} onClose={() => choose(false)} />
        </Suspense>
      )}
    </div>
  );
}

function PictureRow({
  picture,
  n,
  channels,
  dispatch,
  onRetry,
  onRemove,
}: {
  picture: Picture;
  n: number;
  channels: string[];
  dispatch: Dispatch;
  onRetry: () => void;
  onRemove: () => void;
}) {
  const t = useTranslations('events');
  const words = useTranslations('images');
  const problemText = useProblemText();
  const [focusing, focus] = useState(false);
  const { key, upload } = picture;
  return (
    <li aria-label={t('nthPicture', { n })} className="flex gap-3">
      <div className="relative h-fit w-24 shrink-0">
        <img src={picture.src} alt="" className="aspect-[3/4] w-full rounded-md bg-sunken object-contain" />
        {upload.state === 'sending' && (
          <SendingBar
            label={t('sendingPicture', { n })}
            fraction={upload.fraction}
            className="absolute inset-x-1.5 bottom-1.5"
          />
        )}
      </div>
      <div className="min-w-0 flex-1 space-y-2">
        <Field
          label={t('alt')}
          isRequired
          value={picture.alt}
          onChange={(alt) => dispatch({ type: 'describe', key, alt })}
          help={n === 1 ? t('posterHelp') : undefined}
        />
        <LighterNote upload={upload} />
        {upload.state === 'failed' && (
          <div className="flex flex-wrap items-center gap-2 rounded-md bg-failed-soft px-3 py-2 text-sm">
            <span className="flex-1 font-medium">{problemText(upload.problem)}</span>
            <Button size="sm" onPress={onRetry}>
              <RotateCw size={15} aria-hidden />
              {t('sendAgain')}
            </Button>
          </div>
        )}
        <div className="flex flex-wrap items-center gap-2">
          {upload.state === 'stored' && (
            <Button size="sm" aria-label={words('focusOf', { n })} onPress={() => focus(true)}>
              <Crosshair size={15} aria-hidden />
              {words('focus')}
            </Button>
          )}
          {n > 1 && (
            <Button
              size="sm"
              aria-label={t('makePosterOf', { n })}
              onPress={() => dispatch({ type: 'place', key, at: 0 })}
            >
              <Star size={15} aria-hidden />
              {t('makePoster')}
            </Button>
          )}
          <IconButton
            label={t('removePicture', { n })}
            icon={Trash2}
            onPress={onRemove}
            className="ml-auto text-ink-2 hover:bg-sunken hover:text-ink pressed:bg-line"
          />
        </div>
      </div>
      {focusing && upload.state === 'stored' && (
        <Suspense>
          <PosterFocus
            picture={picture}
            mediaId={upload.mediaId}
            channels={channels}
            onApply={(focal) => dispatch({ type: 'focus', key, focal })}
            onClose={() => focus(false)}
          />
        </Suspense>
      )}
    </li>
  );
}
