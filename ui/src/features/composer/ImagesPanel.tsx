import clsx from 'clsx';
import { Camera, ImagePlus, Images } from 'lucide-react';
import { type Dispatch, lazy, Suspense, useRef } from 'react';
import { FileTrigger } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import type { Kind, Preview } from '../../api/types';
import { Button } from '../../ui/Button';
import { Panel } from '../../ui/Panel';
import { IMAGE_TYPES } from '../../uploads/imageTypes';
import { type Finding, findingsAt } from './findings';
import type { Fix } from './fixes';
import type { Change, Draft } from './state';

// Most texts begin without a picture.
const ImageCard = lazy(() => import('./ImageCard').then((m) => ({ default: m.ImageCard })));

/** The pictures, in the order in which they will be seen. */
export function ImagesPanel({
  draft,
  dispatch,
  kinds,
  previews,
  findings,
  fixesFor,
  nameOf,
  hovering,
  uploads,
  onLibrary,
}: {
  draft: Draft;
  dispatch: Dispatch<Change>;
  kinds: Kind[];
  previews: Preview[];
  findings: Finding[];
  fixesFor: (finding: Finding) => Fix[];
  nameOf: (id: string) => string;
  hovering: boolean;
  uploads: { add: (files: Iterable<File>) => void; retry: (key: string) => void; remove: (key: string) => void };
  onLibrary: () => void;
}) {
  const t = useTranslations('images');
  const tools = useTranslations('insert');
  const list = useRef<HTMLOListElement>(null);
  const { images } = draft;
  return (
    <Panel
      title={t('title')}
      action={images.length > 0 && <span className="text-xs text-ink-3">{t('count', { n: images.length })}</span>}
    >
      {images.length > 0 && (
        <Suspense fallback={<p className="px-4 py-3 text-sm text-ink-2">{tools('loading')}</p>}>
          <ol ref={list} className="divide-y divide-line border-t border-line">
            {images.map((image, i) => (
              <ImageCard
                key={image.key}
                image={image}
                position={i + 1}
                total={images.length}
                dispatch={dispatch}
                kinds={kinds}
                previews={previews}
                findings={findingsAt(findings, { image: image.key })}
                fixesFor={fixesFor}
                nameOf={nameOf}
                listRef={list}
                onRetry={() => uploads.retry(image.key)}
                onRemove={() => uploads.remove(image.key)}
              />
            ))}
          </ol>
        </Suspense>
      )}
      <div
        className={clsx(
          'mx-4 mt-1 mb-4 flex flex-wrap items-center gap-x-2.5 gap-y-1 rounded-md border border-dashed px-3 py-2 text-sm',
          hovering ? 'border-accent bg-accent-soft text-accent-ink' : 'border-line-strong text-ink-2',
        )}
      >
        <ImagePlus size={18} aria-hidden className="shrink-0" />
        <span className="flex-1">{images.length > 0 ? t('dropMore') : t('drop')}</span>
        <FileTrigger acceptedFileTypes={IMAGE_TYPES} allowsMultiple onSelect={(files) => uploads.add(files ?? [])}>
          <Button size="sm" variant="ghost">
            {t('browse')}
          </Button>
        </FileTrigger>
        <FileTrigger
          acceptedFileTypes={['image/*']}
          defaultCamera="environment"
          onSelect={(files) => uploads.add(files ?? [])}
        >
          <Button size="sm" variant="ghost" className="not-pointer-coarse:hidden">
            <Camera size={16} aria-hidden />
            {t('camera')}
          </Button>
        </FileTrigger>
        <Button size="sm" variant="ghost" onPress={onLibrary}>
          <Images size={16} aria-hidden />
          {tools('library')}
        </Button>
      </div>
    </Panel>
  );
}
