import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { say } from '../../ui/toast';
import { useUploads } from '../../uploads/useUploads';
import { forgetPictures, keepPicture, keptPicture } from './pictureStore';
import type { Change, Draft } from './state';

/** Between two tries while nobody answers. */
const AGAIN = 5_000;

const keep = (key: string, file: File) => void keepPicture(key, file);

/** Sends pictures; goes on after the line was cut, and after the browser died. */
export function usePictures(draft: Draft, apply: (change: Change) => void, resumed: boolean) {
  const t = useTranslations('images');
  const uploads = useUploads(apply, keep);
  const { send, retry } = uploads;

  const started = useRef(false);
  useEffect(() => {
    if (started.current || !resumed) return;
    started.current = true;
    for (const { key, upload } of draft.images) {
      if (upload.state === 'stored') continue;
      void keptPicture(key).then((file) => {
        if (!file) {
          apply({ type: 'remove', key });
          say(t('lost'));
          return;
        }
        apply({ type: 'upload', key, upload: { state: 'sending', fraction: 0 }, src: URL.createObjectURL(file) });
        send(key, file);
      });
    }
  }, [resumed, draft.images, apply, send, t]);

  const stored = draft.images.filter((i) => i.upload.state === 'stored').map((i) => i.key);
  const names = stored.join();
  useEffect(() => {
    if (names) forgetPictures(names.split(','));
  }, [names]);

  const cut = draft.images
    .filter((i) => i.upload.state === 'failed' && i.upload.problem.status === 0)
    .map((i) => i.key)
    .join();
  useEffect(() => {
    if (!cut) return;
    const again = () => {
      for (const key of cut.split(',')) retry(key);
    };
    const id = setTimeout(again, AGAIN);
    window.addEventListener('online', again);
    return () => {
      clearTimeout(id);
      window.removeEventListener('online', again);
    };
  }, [cut, retry]);

  return uploads;
}
