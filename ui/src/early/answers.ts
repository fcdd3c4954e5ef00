/**
 * What the first page will ask of the server, asked while its scripts are still
 * on their way: on a phone each question that waits for the one before costs a
 * journey to the server and back.
 */
const asked = new Map<string, Promise<Response>>();

const place = (path: string) => new URL(`/api/v1${path}`, location.origin).href;

/** Asks for what lies at these paths of the API, each once. */
export function askEarly(paths: readonly string[]): void {
  for (const path of paths) {
    if (asked.has(place(path))) continue;
    const answer = fetch(place(path));
    // Whoever takes it hears of the failure; nobody else has to.
    answer.catch(() => {});
    asked.set(place(path), answer);
  }
}

/**
 * Sends a request, or takes the answer that was asked for early: once, as it is
 * older with every moment. An early refusal counts only for who is signed in,
 * which is what it was asked for; all else is asked again.
 */
export async function send(request: Request): Promise<Response> {
  const early = request.method === 'GET' ? asked.get(request.url) : undefined;
  if (!early) return fetch(request);
  asked.delete(request.url);
  const answer = await early;
  return answer.ok || request.url === place('/session') ? answer : fetch(request);
}

/** Forgets what nobody took: the first page stands. */
export function forgetEarly(): void {
  asked.clear();
}
