import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { CALENDAR_KEY } from '../../api/calendar';
import { api, noticeSessionEnd, queryClient } from '../../api/client';
import { toProblem } from '../../api/problem';
import { useProblemText } from '../../ui/ProblemNotice';
import { type Act, type Publish, stepFor } from './bulk';
import type { Day } from './days';
import type { Item } from './plan';

/** What became of one post. */
export type Fate = { id: string; name: string } & ({ done: true } | { done: false; why: string });
export type Report = { act: Act['kind'] | 'undo'; fates: Fate[]; undo: Undo[] };
type Undo = { item: Item; version: number; back: Publish };
type Sent = { ok: true; version: number } | { ok: false; why: string; over: boolean };

/**
 * Acts on several posts, one request after the other: the server has no such
 * act, and each post may be refused for a reason of its own.
 */
export function useBulk(zone: string, today: Day) {
  const t = useTranslations('calendar');
  const problemText = useProblemText();
  const [report, setReport] = useState<Report | null>(null);
  const [progress, setProgress] = useState<{ n: number; of: number } | null>(null);

  const sent = (data: { version: number } | undefined, error: unknown, status: number): Sent => {
    if (data) return { ok: true, version: data.version };
    const problem = toProblem(error, status);
    noticeSessionEnd(problem);
    const stale = problem.status === 412 || (problem.status === 409 && problem.code === 'version_conflict');
    const words = [problemText(problem), ...problem.fields.map((f) => f.message)].filter(Boolean).join(' ');
    // Without a session or a line, the others would be refused in the same words.
    return { ok: false, why: stale ? t('changedMeanwhile') : words, over: problem.status === 401 };
  };
  const publish = async (id: string, version: number, wanted: Publish): Promise<Sent> => {
    const { data, error, response } = await api.PATCH('/posts/{id}', {
      params: { path: { id }, header: { 'If-Match': `"${version}"` } },
      body: { publish: wanted },
    });
    return sent(data, error, response.status);
  };
  const cancel = async (id: string): Promise<Sent> => {
    const { data, error, response } = await api.POST('/posts/{id}/cancel', { params: { path: { id } } });
    return sent(data, error, response.status);
  };

  const each = async <T>(all: T[], one: (x: T) => Promise<{ fate: Fate; undo?: Undo; over?: boolean }>) => {
    const fates: Fate[] = [];
    const undo: Undo[] = [];
    for (const [n, x] of all.entries()) {
      setProgress({ n, of: all.length });
      const { fate, undo: back, over } = await one(x);
      fates.push(fate);
      if (back) undo.push(back);
      if (over) break;
    }
    setProgress(null);
    await queryClient.invalidateQueries({ queryKey: CALENDAR_KEY }).catch(() => {});
    void queryClient.invalidateQueries({ queryKey: ['get', '/posts'] });
    void queryClient.invalidateQueries({ queryKey: ['get', '/posts/{id}'] });
    return { fates, undo };
  };

  const run = async (items: Item[], act: Act) => {
    setReport(null);
    const done = await each(items, async (item) => {
      const of = { id: item.entry.post_id, name: item.name || t('untitled') };
      const step = stepFor(item, act, zone, today, Date.now());
      if (step.do === 'nothing')
        return { fate: { ...of, done: false, why: t('whyNot', { why: step.why.replace('-', '_') }) } };
      const answer =
        step.do === 'cancel' ? await cancel(of.id) : await publish(of.id, item.entry.version, step.publish);
      if (!answer.ok) return { fate: { ...of, done: false, why: answer.why }, over: answer.over };
      return {
        fate: { ...of, done: true },
        ...(step.do === 'publish' ? { undo: { item, version: answer.version, back: step.back } } : {}),
      };
    });
    setReport({ act: act.kind, ...done });
    return done.fates;
  };

  const undo = async (steps: Undo[]) => {
    setReport(null);
    const done = await each(steps, async ({ item, version, back }) => {
      const of = { id: item.entry.post_id, name: item.name || t('untitled') };
      const answer = await publish(of.id, version, back);
      return answer.ok
        ? { fate: { ...of, done: true } }
        : { fate: { ...of, done: false, why: answer.why }, over: answer.over };
    });
    setReport({ act: 'undo', ...done });
  };

  return { run, undo, report, progress, dismiss: () => setReport(null) };
}
