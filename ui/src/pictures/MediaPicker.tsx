import { useInfiniteQuery } from '@tanstack/react-query';
import clsx from 'clsx';
import { Check, ImageOff } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { Input, Label, SearchField, ToggleButton } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { api } from '../api/client';
import { toProblem } from '../api/problem';
import type { Media } from '../api/types';
import { PicturesMessages } from '../i18n/pictures';
import { Button } from '../ui/Button';
import { Dialog, DialogFooter } from '../ui/Dialog';
import { inputLook } from '../ui/Field';
import { ProblemNotice } from '../ui/ProblemNotice';

const PAGE = 24;

const today = () => new Date().toISOString().slice(0, 10);

/** Pictures that the commune has already, each with what it was last said to show. */
export function MediaPicker(props: { onPick: (media: Media[]) => void; onClose: () => void }) {
  return (
    <PicturesMessages>
      <Choice {...props} />
    </PicturesMessages>
  );
}

function Choice({ onPick, onClose }: Parameters<typeof MediaPicker>[0]) {
  const t = useTranslations('fromLibrary');
  const [typed, type] = useState('');
  const [picked, pick] = useState<Media[]>([]);
  const q = useDeferredValue(typed.trim());
  const { data, error, hasNextPage, fetchNextPage, isFetchingNextPage, isPending } = useInfiniteQuery({
    queryKey: ['get', '/media', { picker: q }] as const,
    queryFn: async ({ pageParam, signal }) => {
      const query = { limit: PAGE, ...(q ? { q } : {}), ...(pageParam ? { cursor: pageParam } : {}) };
      const { data, error } = await api.GET('/media', { params: { query }, signal });
      if (error) throw error;
      return data;
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
  });
  const media = data?.pages.flatMap((page) => page.media) ?? [];
  const has = (m: Media) => picked.some((p) => p.id === m.id);
  const expired = (m: Media) => m.expires_on !== null && m.expires_on < today();

  return (
    <Dialog title={t('title')} isOpen onOpenChange={(open) => !open && onClose()} wide>
      <div className="space-y-4 p-5">
        <SearchField value={typed} onChange={type} autoFocus>
          <Label className="mb-1 block text-sm font-semibold">{t('search')}</Label>
          <Input placeholder={t('searchPlaceholder')} className={clsx(inputLook, 'h-10 max-lg:h-11')} />
        </SearchField>
        {error && <ProblemNotice problem={toProblem(error)} />}
        <p role="status" className={clsx('text-sm text-ink-2', media.length > 0 && 'sr-only')}>
          {isPending
            ? t('loading')
            : error
              ? ''
              : media.length === 0
                ? q
                  ? t('nothingFound')
                  : t('nothing')
                : t('found', { n: media.length })}
        </p>
        <ul className="grid grid-cols-2 gap-3 empty:hidden sm:grid-cols-4">
          {media.map((m) => (
            <li key={m.id}>
              <ToggleButton
                isSelected={has(m)}
                isDisabled={expired(m)}
                onChange={(now) => pick((list) => (now ? [...list, m] : list.filter((p) => p.id !== m.id)))}
                aria-label={m.alt || m.name}
                className="group block w-full cursor-pointer overflow-hidden rounded-md border border-line-strong text-left selected:border-accent selected:ring-2 selected:ring-accent disabled:cursor-not-allowed disabled:opacity-55"
              >
                <span className="relative block">
                  <img src={m.url} alt="" loading="lazy" className="aspect-[4/3] w-full bg-sunken object-cover" />
                  <span className="absolute top-2 right-2 grid size-6 place-items-center rounded-full bg-accent text-on-accent opacity-0 group-selected:opacity-100">
                    <Check size={15} strokeWidth={3} aria-hidden />
                  </span>
                </span>
                <span className="block truncate px-2 py-1.5 text-xs font-medium">
                  {expired(m) ? (
                    <span className="flex items-center gap-1 text-failed">
                      <ImageOff size={13} aria-hidden />
                      {t('expired')}
                    </span>
                  ) : (
                    m.alt || m.name
                  )}
                </span>
              </ToggleButton>
            </li>
          ))}
        </ul>
        {hasNextPage && (
          <Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
            {t('more')}
          </Button>
        )}
      </div>
      <DialogFooter>
        <Button onPress={onClose}>{t('cancel')}</Button>
        <Button
          variant="primary"
          isDisabled={picked.length === 0}
          onPress={() => {
            onPick(picked);
            onClose();
          }}
        >
          {t('add', { n: picked.length })}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
