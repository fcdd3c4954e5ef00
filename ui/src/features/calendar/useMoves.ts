import { useCallback, useRef, useState } from 'react';
import { CALENDAR_KEY, type CalendarEntry } from '../../api/calendar';
import { api, noticeSessionEnd, queryClient } from '../../api/client';
import { type Problem, toProblem } from '../../api/problem';
import { publishAt } from './moving';
import type { Displaced, Moved } from './plan';

/** What a post waits for: the newest wish replaces one that was not sent yet. */
type Job = { wish: Displaced | undefined; running: boolean };

/**
 * Moves posts at once on the screen and then on the server, one request at a
 * time for each post. What the server refuses goes back to where it was.
 */
export function useMoves(zone: string, refused: (entry: CalendarEntry, problem: Problem) => void) {
  const [moved, setMoved] = useState<Moved>(new Map());
  const jobs = useRef(new Map<string, Job>());
  const versions = useRef(new Map<string, number>());
  const tell = useRef(refused);
  tell.current = refused;

  const put = useCallback((id: string, wish: Displaced | undefined) => {
    setMoved((before) => {
      const after = new Map(before);
      if (wish) after.set(id, wish);
      else after.delete(id);
      return after;
    });
  }, []);

  const run = useCallback(
    async (id: string, job: Job) => {
      job.running = true;
      while (job.wish) {
        const { entry, at } = job.wish;
        job.wish = undefined;
        const version = Math.max(entry.version, versions.current.get(id) ?? 0);
        const { data, error } = await api.PATCH('/posts/{id}', {
          params: { path: { id }, header: { 'If-Match': `"${version}"` } },
          body: { publish: publishAt(entry, at, zone) },
        });
        if (data) {
          versions.current.set(id, data.version);
        } else {
          const problem = toProblem(error);
          noticeSessionEnd(problem);
          job.wish = undefined;
          put(id, undefined);
          tell.current(entry, problem);
        }
        // Shown from here until the server shows it itself.
        if (!job.wish) await queryClient.invalidateQueries({ queryKey: CALENDAR_KEY }).catch(() => {});
      }
      jobs.current.delete(id);
      put(id, undefined);
      void queryClient.invalidateQueries({ queryKey: ['get', '/posts'] });
      void queryClient.invalidateQueries({ queryKey: ['get', '/posts/{id}', { params: { path: { id } } }] });
    },
    [put, zone],
  );

  /** To an instant, or to the drafts with null. */
  const move = useCallback(
    (entry: CalendarEntry, at: string | null) => {
      const id = entry.post_id;
      const wish = { entry, at };
      put(id, wish);
      const job = jobs.current.get(id) ?? { wish: undefined, running: false };
      job.wish = wish;
      jobs.current.set(id, job);
      if (!job.running) void run(id, job);
    },
    [put, run],
  );

  return { moved, move };
}
