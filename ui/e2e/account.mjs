/**
 * Takes away the real accounts that other flows connected. What is left is there from the first start: the practice
 * channels, which are chosen as long as nothing real is connected, and the commune's own site.
 */
export async function asAtFirst(target) {
  if (target.fake) return;
  const { call } = await openSession(target);
  const { channels } = await call('GET', '/channels');
  for (const c of channels.filter((c) => !c.practice && c.kind !== 'site')) await call('DELETE', `/channels/${c.id}`);
}

/** A session without a page: signs in, and makes the commune before where there is none yet. */
export async function openSession({ url, email, password, setupToken }) {
  const post = (path, body) =>
    fetch(`${url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: url },
      body: JSON.stringify(body),
    });
  let answer = await post('/session', { email, password });
  if (!answer.ok && setupToken) {
    const account = { commune: 'Valmeuse', name: 'Sophie Lambert', email, password };
    answer = await post('/setup', { token: setupToken, ...account, practice: true });
  }
  if (!answer.ok) throw new Error(`signing in: ${answer.status} ${await answer.text()}`);
  const cookies = answer.headers.getSetCookie().map((c) => c.split(';')[0]);
  const { csrf_token: csrf } = await answer.json();

  return {
    cookie: cookies.join('; '),
    /** As playwright takes them. */
    cookies: cookies.map((c) => {
      const at = c.indexOf('=');
      return { name: c.slice(0, at), value: c.slice(at + 1), url };
    }),
    /** Asks the API. body: an object, or a form. Throws what it answers where it refuses. */
    async call(method, path, body) {
      const form = body instanceof FormData;
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          Cookie: cookies.join('; '),
          'X-CSRF-Token': csrf,
          Origin: url,
          ...(body && !form ? { 'Content-Type': 'application/json' } : {}),
          ...(method === 'POST' ? { 'Idempotency-Key': crypto.randomUUID() } : {}),
        },
        ...(body ? { body: form ? body : JSON.stringify(body) } : {}),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return response.status === 204 ? null : response.json();
    },
  };
}
