import { api, queryClient } from '../../api/client';
import { postQuery } from '../../api/posts';
import { type Problem, toProblem } from '../../api/problem';
import type { NewPublish, Post } from '../../api/types';

/** For second thoughts after « Publier maintenant ». */
export const SECOND_THOUGHTS = 10_000;
/** The server says its hour in whole seconds. */
const ROUNDING = 1_000;

/** What the server's clock shows: this computer's may be minutes off. */
async function serverNow(): Promise<number> {
  const { response } = await api.GET('/session');
  const said = Date.parse(response.headers.get('Date') ?? '');
  return Number.isNaN(said) ? Date.now() : said;
}

/** Now, after second thoughts. An hour of the server's, so that it leaves even if this browser is gone by then. */
export async function publishSoon(zone: string): Promise<NewPublish> {
  const at = (await serverNow()) + SECOND_THOUGHTS + ROUNDING;
  return { mode: 'at', at: new Date(at).toISOString(), zone };
}

/** Whether it was still there to be taken back; else why not. */
export async function takeBack(post: Post): Promise<Problem | null> {
  const { data, error } = await api.PATCH('/posts/{id}', {
    params: { path: { id: post.id }, header: { 'If-Match': `"${post.version}"` } },
    body: { publish: { mode: 'draft' } },
  });
  if (error) return toProblem(error);
  queryClient.setQueryData(postQuery(data.id).queryKey, data, { updatedAt: 0 });
  void queryClient.invalidateQueries({ queryKey: ['get', '/posts'] });
  return null;
}
