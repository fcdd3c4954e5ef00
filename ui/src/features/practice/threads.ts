import type { components } from '../../api/schema.gen';

export type PracticePost = components['schemas']['PracticePost'];
/** A post with what continues it, as it would be read. */
export type Thread = { root: PracticePost; replies: PracticePost[] };

/** Puts replies under what they continue, in the order of their hours; the threads keep the feed's order. */
export function threadsOf(posts: PracticePost[]): Thread[] {
  const byId = new Map(posts.map((p) => [p.remote_id, p]));
  const rootOf = (post: PracticePost): PracticePost => {
    const seen = new Set<string>();
    let at = post;
    while (at.reply_to && !seen.has(at.remote_id)) {
      seen.add(at.remote_id);
      const before = byId.get(at.reply_to);
      // What it continues is no longer in the feed: it stands for itself.
      if (!before) return at;
      at = before;
    }
    return at;
  };
  const threads = new Map<string, Thread>();
  for (const post of posts) {
    const root = rootOf(post);
    const thread = threads.get(root.remote_id) ?? { root, replies: [] };
    if (post !== root) thread.replies.push(post);
    threads.set(root.remote_id, thread);
  }
  return [...threads.values()].map(({ root, replies }) => ({
    root,
    replies: replies.toSorted((a, b) => a.at.localeCompare(b.at)),
  }));
}
