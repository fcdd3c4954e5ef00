const MOST = 30;

/** Reads what was typed into tags with their sign, each once, in the order in which they were written. */
export function readTags(typed: string): string[] {
  const seen = new Map<string, string>();
  for (const word of typed.split(/[\s,;]+/)) {
    const bare = word.replace(/^#+/, '').replace(/[^\p{L}\p{N}_]/gu, '');
    if (bare === '') continue;
    const key = bare.toLocaleLowerCase();
    if (!seen.has(key)) seen.set(key, `#${bare}`);
  }
  return [...seen.values()].slice(0, MOST);
}
