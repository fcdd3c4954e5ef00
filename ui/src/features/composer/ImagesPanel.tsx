import clsx from 'clsx';
import { ImagePlus } from 'lucide-react';
import type { Dispatch } from 'react';
import { FileTrigger } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import type { Kind, Preview } from '../../api/types';
import { Button } from '../../ui/Button';
import { Panel } from '../../ui/Panel';
import { type Finding, findingsAt } from './findings';
import { ImageCard } from './ImageCard';
import { IMAGE_TYPES } from './imageTypes';
import type { Change, Draft } from './state';

/** The pictures, in the order in which they will be seen. */
export function ImagesPanel({
  draft,
  dispatch,
  kinds,
  previews,
  findings,
  nameOf,
  hovering,
  uploads,
}: {
  draft: Draft;
  dispatch: Dispatch<Change>;
  kinds: Kind[];
  previews: Preview[];
  findings: Finding[];
  nameOf: (id: string) => string;
  hovering: boolean;
  uploads: { add: (files: Iterable<File>) => void; retry: (key: string) => void; remove: (key: string) => void };
}) {
  const t = useTranslations('images');
  const { images } = draft;
  return (
    <Panel
      title={t('title')}
      action={images.length > 0 && <span className="text-xs text-ink-3">{t('count', { n: images.length })}</span>}
    >
      {images.length > 0 && (
        <ol className="divide-y divide-line border-t border-line">
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
              nameOf={nameOf}
              onRetry={() => uploads.retry(image.key)}
              onRemove={() => uploads.remove(image.key)}
            />
          ))}
        </ol>
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
      </div>
    </Panel>
  );
}
