import createFetchClient from 'openapi-fetch';
import { describe, expect, it } from 'vitest';
import { problems } from './client';
import { IdempotencyKey } from './idempotency';
import { fieldErrors, isAmbiguous, toProblem } from './problem';
import type { paths } from './schema.gen';

const answering = (answer: () => Response | Promise<Response>) => {
  const client = createFetchClient<paths>({ baseUrl: 'http://crieur.test/api/v1', fetch: async () => answer() });
  client.use(problems);
  return client;
};
const problemOf = async (answer: () => Response | Promise<Response>) =>
  toProblem((await answering(answer).GET('/channels')).error);

const REFUSED = {
  type: 'about:blank',
  title: 'Unprocessable',
  status: 422,
  code: 'invalid',
  detail: 'Il manque un texte.',
  fields: [
    { field: 'text', code: 'text_empty', message: 'Écrivez un texte.' },
    { field: 'images[0].alt', code: 'alt_missing', message: 'Décrivez l’image.' },
  ],
  request_id: 'r1',
};

describe('what a request fails with', () => {
  it('is the server’s problem', async () => {
    const problem = await problemOf(() => Response.json(REFUSED, { status: 422 }));
    expect(problem).toMatchObject({ status: 422, code: 'invalid', detail: 'Il manque un texte.', requestId: 'r1' });
    expect(fieldErrors(problem)).toEqual({ text: ['Écrivez un texte.'], 'images[0].alt': ['Décrivez l’image.'] });
  });
  it('is a problem also when a proxy answers in HTML', async () => {
    const problem = await problemOf(() => new Response('<h1>Bad gateway</h1>', { status: 502 }));
    expect(problem).toMatchObject({ status: 502, code: 'unreadable', detail: '', fields: [] });
  });
  it('is a problem also when the answer is empty', async () => {
    expect(
      await problemOf(() => new Response(null, { status: 500, headers: { 'Content-Length': '0' } })),
    ).toMatchObject({
      status: 500,
      code: 'unreadable',
    });
  });
  it('is a problem also when nobody answers', async () => {
    const problem = await problemOf(() => Promise.reject(new TypeError('Failed to fetch')));
    expect(problem).toMatchObject({ status: 0, code: 'network' });
  });
  it('is the interruption itself when somebody stopped it', async () => {
    const stopped = answering(() => Promise.reject(new DOMException('stopped', 'AbortError'))).GET('/channels');
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('the idempotency key', () => {
  const problem = (status: number, code: string) => toProblem({ status, code });
  it.each([
    ['no answer', toProblem(null)],
    ['a fault of the server', problem(500, 'internal')],
    ['a proxy', toProblem(null, 502)],
    ['the first try still running', problem(409, 'in_progress')],
  ])('stays the same after %s: it may have arrived', (_, failure) => {
    const key = IdempotencyKey.fresh();
    const before = key.value;
    expect(isAmbiguous(failure)).toBe(true);
    key.refused(failure);
    expect(key.value).toBe(before);
  });
  it('stays the same when the server knows it already', () => {
    const key = IdempotencyKey.fresh();
    const before = key.value;
    key.refused(problem(409, 'idempotency_key_reused'));
    expect(key.value).toBe(before);
  });
  it('changes after a clear refusal: the corrected text is another request', () => {
    const key = IdempotencyKey.fresh();
    const before = key.value;
    key.refused(problem(422, 'invalid'));
    expect(key.value).not.toBe(before);
    expect(key.value).toMatch(/^[0-9a-f]{32}$/);
  });
});
