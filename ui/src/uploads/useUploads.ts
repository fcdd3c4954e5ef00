import { type Dispatch, useCallback, useEffect, useRef } from 'react';
import { noticeSessionEnd } from '../api/client';
import { randomKey } from '../api/idempotency';
import type { Problem } from '../api/problem';
import { uploadImage } from '../api/upload';
import { lighten } from './lighten';

export type Upload =
  /** `lighter`: the bytes that the file had, and those that are sent in its place. */
  | { state: 'sending'; fraction: number; lighter?: { from: number; to: number } }
  | { state: 'failed'; problem: Problem }
  | { state: 'stored'; mediaId: string };

/** What happens to a list of pictures while they are sent. */
export type UploadChange =
  | { type: 'add'; images: { key: string; name: string; src: string }[] }
  /** `alt`: what the library says that the picture shows. */
  | { type: 'upload'; key: string; upload: Upload; src?: string; alt?: string }
  | { type: 'remove'; key: string };

const AT_ONCE = 2;

type Job = {
  key: string;
  file: File;
  stop: AbortController;
  /** What is sent of it; kept, so that another try does not draw it again. */
  light?: File;
};

async function send(job: Job, tell: (upload: Upload) => void) {
  const { file } = job;
  const { signal } = job.stop;
  const light = job.light ?? (await lighten(file, signal));
  signal.throwIfAborted();
  job.light = light;
  const lighter = light === file ? {} : { lighter: { from: file.size, to: light.size } };
  return uploadImage(light, { signal, progress: (fraction) => tell({ state: 'sending', fraction, ...lighter }) });
}

/** Sends pictures, two at a time, as soon as they are added; `onAdd` is told of each file. */
export function useUploads(dispatch: Dispatch<UploadChange>, onAdd?: (key: string, file: File) => void) {
  const jobs = useRef(new Map<string, Job>());
  const waiting = useRef<Job[]>([]);
  const running = useRef(0);

  const pump = useCallback(() => {
    while (running.current < AT_ONCE) {
      const job = waiting.current.shift();
      if (!job) return;
      if (job.stop.signal.aborted) continue;
      running.current++;
      send(job, (upload) => dispatch({ type: 'upload', key: job.key, upload }))
        .then((media) => {
          const upload: Upload = { state: 'stored', mediaId: media.id };
          dispatch({ type: 'upload', key: job.key, upload, src: media.url, alt: media.alt });
        })
        .catch((reason: unknown) => {
          // Stopped by hand: the picture is gone from the page already.
          if (job.stop.signal.aborted) return;
          const problem = reason as Problem;
          noticeSessionEnd(problem);
          dispatch({ type: 'upload', key: job.key, upload: { state: 'failed', problem } });
        })
        .finally(() => {
          running.current--;
          pump();
        });
    }
  }, [dispatch]);

  const start = useCallback(
    (key: string, file: File, light?: File) => {
      const job: Job = { key, file, stop: new AbortController(), ...(light && { light }) };
      jobs.current.set(key, job);
      waiting.current.push(job);
      pump();
    },
    [pump],
  );

  const add = useCallback(
    (files: Iterable<File>) => {
      const images = Array.from(files).filter((f) => f.type.startsWith('image/') || /\.hei[cf]$/i.test(f.name));
      const added = images.map((file) => ({ key: randomKey(), name: file.name, src: URL.createObjectURL(file), file }));
      if (added.length === 0) return;
      dispatch({ type: 'add', images: added.map(({ key, name, src }) => ({ key, name, src })) });
      for (const { key, file } of added) {
        onAdd?.(key, file);
        start(key, file);
      }
    },
    [dispatch, start, onAdd],
  );

  const retry = useCallback(
    (key: string) => {
      const job = jobs.current.get(key);
      if (!job) return;
      dispatch({ type: 'upload', key, upload: { state: 'sending', fraction: 0 } });
      start(key, job.file, job.light);
    },
    [dispatch, start],
  );

  const remove = useCallback(
    (key: string) => {
      jobs.current.get(key)?.stop.abort();
      jobs.current.delete(key);
      dispatch({ type: 'remove', key });
    },
    [dispatch],
  );

  useEffect(() => {
    const all = jobs.current;
    return () => {
      for (const job of all.values()) job.stop.abort();
    };
  }, []);

  return { add, retry, remove, send: start };
}
