import { useSuspenseInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import clsx from 'clsx';
import { ImagePlus, Search } from 'lucide-react';
import { lazy, Suspense, useEffect, useReducer, useRef, useState } from 'react';
import { FileTrigger, ToggleButton } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { libraryQuery, refreshLibrary } from '../../api/media';
import { useSession } from '../../api/session';
import { wallOf } from '../../data/wall';
import { MEDIA_FILTERS } from '../../routes/library';
import { PageHead } from '../../shell/PageHead';
import { Button } from '../../ui/Button';
import { inputLook } from '../../ui/Field';
import { IMAGE_TYPES } from '../../uploads/imageTypes';
import { useImageDrop } from '../../uploads/useImageDrop';
import { useUploads } from '../../uploads/useUploads';
import { Picture } from './Picture';
import { SendingList } from './SendingList';
import { sendingReducer } from './sending';

const PictureDialog = lazy(() => import('./PictureDialog').then((m) => ({ default: m.PictureDialog })));
const route = getRouteApi('/signed-in/media');
/** Long enough for a word to be typed, in milliseconds. */
const PAUSE = 300;

export function Library() {
  const t = useTranslations('library');
  const { commune } = useSession();
  const today = wallOf(Date.now(), commune.zone).slice(0, 10);
  const { q, filter, id } = route.useSearch();
  const navigate = route.useNavigate();
  const { data, hasNextPage, isFetchingNextPage, fetchNextPage } = useSuspenseInfiniteQuery(
    libraryQuery({ q, filter }),
  );
  const media = data.pages.flatMap((page) => page.media);
  const [words, setWords] = useState(q ?? '');
  const [sending, dispatch] = useReducer(sendingReducer, []);
  const uploads = useUploads(dispatch);
  const hovering = useImageDrop(uploads.add);
  const grid = useRef<HTMLUListElement>(null);

  // In the address once the typing pauses, so that the search can be sent to somebody.
  useEffect(() => {
    if (words.trim() === (q ?? '')) return;
    const timer = setTimeout(
      () =>
        void navigate({
          search: ({ q: _, ...before }) => ({ ...before, ...(words.trim() ? { q: words.trim() } : {}) }),
          replace: true,
        }),
      PAUSE,
    );
    return () => clearTimeout(timer);
  }, [words, q, navigate]);

  const stored = sending.filter((s) => s.upload.state === 'stored').length;
  useEffect(() => {
    if (stored > 0) void refreshLibrary();
  }, [stored]);

  const close = () => {
    const opened = id;
    void navigate({ search: ({ id: _, ...before }) => before }).then(() =>
      grid.current?.querySelector<HTMLElement>(`[data-media="${CSS.escape(opened ?? '')}"]`)?.focus(),
    );
  };

  return (
    <>
      <PageHead title={t('title')} sub={t('count', { n: media.length, more: hasNextPage ? 'yes' : 'no' })}>
        <FileTrigger acceptedFileTypes={IMAGE_TYPES} allowsMultiple onSelect={(files) => uploads.add(files ?? [])}>
          <Button variant="primary" size="sm">
            <ImagePlus size={16} aria-hidden />
            <span className="max-sm:sr-only">{t('add')}</span>
          </Button>
        </FileTrigger>
      </PageHead>
      <div className="flex flex-wrap items-center gap-2 border-b border-line bg-surface px-4 py-2 lg:px-6">
        <label className="relative block w-72 max-w-full">
          <span className="sr-only">{t('search')}</span>
          <Search size={16} aria-hidden className="absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3" />
          <input
            type="search"
            value={words}
            onChange={(e) => setWords(e.target.value)}
            placeholder={t('search')}
            className={clsx(inputLook, 'h-9 pl-8 max-lg:h-11')}
          />
        </label>
        <fieldset className="scroll-none flex min-w-0 gap-1.5 overflow-x-auto p-1">
          <legend className="sr-only">{t('filters')}</legend>
          {MEDIA_FILTERS.map((name) => (
            <ToggleButton
              key={name}
              isSelected={filter === name}
              onChange={(on) =>
                void navigate({
                  search: ({ filter: _, ...before }) => ({ ...before, ...(on ? { filter: name } : {}) }),
                })
              }
              className="inline-flex h-8 shrink-0 cursor-pointer items-center rounded-full border border-line-strong/60 px-3 text-xs font-semibold text-ink-2 hover:bg-surface-2 max-lg:h-10 selected:border-accent selected:bg-accent-soft selected:text-accent-ink"
            >
              {t('filter', { filter: name })}
            </ToggleButton>
          ))}
        </fieldset>
      </div>
      <div className={clsx('p-4 lg:p-6', hovering && 'bg-accent-soft')}>
        <div
          className={clsx(
            'mb-4 flex items-center gap-2.5 rounded-md border border-dashed px-3 py-2 text-sm',
            hovering ? 'border-accent text-accent-ink' : 'border-line-strong text-ink-2',
          )}
        >
          <ImagePlus size={18} aria-hidden className="shrink-0" />
          {t('drop')}
        </div>
        {sending.length > 0 && <SendingList list={sending} onRetry={uploads.retry} onRemove={uploads.remove} />}
        {media.length === 0 ? (
          <p className="py-12 text-center text-ink-2">{q || filter ? t('nothingFound') : t('empty')}</p>
        ) : (
          <ul
            ref={grid}
            aria-label={t('pictures')}
            className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,11rem),1fr))] gap-3 lg:gap-4"
          >
            {media.map((m) => (
              <Picture key={m.id} media={m} today={today} />
            ))}
          </ul>
        )}
        {hasNextPage && (
          <div className="mt-6 text-center">
            <Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
              {t('more')}
            </Button>
          </div>
        )}
      </div>
      {id && (
        <Suspense>
          <PictureDialog id={id} known={media.find((m) => m.id === id)} today={today} onClose={close} />
        </Suspense>
      )}
    </>
  );
}
