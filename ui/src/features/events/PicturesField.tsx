import { ImagePlus, RotateCw, Trash2 } from 'lucide-react';
import { useCallback, useEffect, useRef } from 'react';
import { FileTrigger, ProgressBar } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { Button, IconButton } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { useProblemText } from '../../ui/ProblemNotice';
import { IMAGE_TYPES } from '../../uploads/imageTypes';
import { type UploadChange, useUploads } from '../../uploads/useUploads';
import type { Picture } from './form';

function change(pictures: Picture[], c: UploadChange): Picture[] {
  switch (c.type) {
    case 'add':
      return [
        ...pictures,
        ...c.images.map(({ key, src }) => ({
          key,
          src,
          upload: { state: 'sending', fraction: 0 } as const,
          alt: '',
          decorative: false,
        })),
      ];
    case 'upload':
      return pictures.map((p) =>
        p.key === c.key ? { ...p, upload: c.upload, src: c.src ?? p.src, alt: p.alt || (c.alt ?? '') } : p,
      );
    case 'remove':
      return pictures.filter((p) => p.key !== c.key);
  }
}

/** The poster and what else is shown. The first picture is the poster. */
export function PicturesField({
  value,
  onChange,
}: {
  value: Picture[];
  onChange: (change: (pictures: Picture[]) => Picture[]) => void;
}) {
  const t = useTranslations('events');
  const problemText = useProblemText();
  const told = useRef(onChange);
  useEffect(() => {
    told.current = onChange;
  });
  const dispatch = useCallback((c: UploadChange) => told.current((pictures) => change(pictures, c)), []);
  const uploads = useUploads(dispatch);
  return (
    <div>
      <span className="mb-1.5 block text-sm font-semibold">{t('pictures')}</span>
      {value.length > 0 && (
        <ol className="mb-3 space-y-3">
          {value.map((picture, i) => (
            <li key={picture.key} aria-label={t('nthPicture', { n: i + 1 })} className="flex gap-3">
              <div className="relative w-24 shrink-0">
                <img src={picture.src} alt="" className="aspect-[3/4] w-full rounded-md bg-sunken object-contain" />
                {picture.upload.state === 'sending' && (
                  <ProgressBar
                    aria-label={t('sendingPicture', { n: i + 1 })}
                    value={picture.upload.fraction * 100}
                    className="absolute inset-x-1.5 bottom-1.5"
                  >
                    {({ percentage = 0 }) => (
                      <div className="h-2 overflow-hidden rounded-full bg-surface shadow-1">
                        <div className="h-full bg-accent transition-[width]" style={{ width: `${percentage}%` }} />
                      </div>
                    )}
                  </ProgressBar>
                )}
              </div>
              <div className="min-w-0 flex-1 space-y-2">
                <Field
                  label={t('alt')}
                  isRequired
                  value={picture.alt}
                  onChange={(alt) => onChange((all) => all.map((p) => (p.key === picture.key ? { ...p, alt } : p)))}
                  help={i === 0 ? t('posterHelp') : undefined}
                />
                {picture.upload.state === 'failed' && (
                  <div className="flex flex-wrap items-center gap-2 rounded-md bg-failed-soft px-3 py-2 text-sm">
                    <span className="flex-1 font-medium">{problemText(picture.upload.problem)}</span>
                    <Button size="sm" onPress={() => uploads.retry(picture.key)}>
                      <RotateCw size={15} aria-hidden />
                      {t('sendAgain')}
                    </Button>
                  </div>
                )}
              </div>
              <IconButton
                label={t('removePicture', { n: i + 1 })}
                icon={Trash2}
                onPress={() => uploads.remove(picture.key)}
              />
            </li>
          ))}
        </ol>
      )}
      <FileTrigger acceptedFileTypes={IMAGE_TYPES} allowsMultiple onSelect={(files) => uploads.add(files ?? [])}>
        <Button className="w-full border-dashed">
          <ImagePlus size={17} aria-hidden />
          {value.length === 0 ? t('addPoster') : t('addPicture')}
        </Button>
      </FileTrigger>
    </div>
  );
}
