import { BASE, currentSession } from './client';
import { toProblem } from './problem';
import type { Media } from './types';

/** Sends a picture; fetch cannot tell how far an upload is. Rejects with a Problem, or AbortError. */
export function uploadImage(file: File, on: { progress(fraction: number): void; signal: AbortSignal }): Promise<Media> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `${BASE}/media`);
    request.responseType = 'json';
    request.setRequestHeader('X-CSRF-Token', currentSession()?.csrf_token ?? '');
    request.upload.onprogress = (e) => {
      if (e.lengthComputable && e.total > 0) on.progress(e.loaded / e.total);
    };
    request.onload = () => {
      if (request.status === 201) resolve(request.response as Media);
      else reject(toProblem(request.response, request.status));
    };
    request.onerror = () => reject(toProblem(null));
    request.onabort = () => reject(new DOMException('aborted', 'AbortError'));
    on.signal.addEventListener('abort', () => request.abort(), { once: true });
    const form = new FormData();
    form.append('file', file, file.name);
    request.send(form);
  });
}
