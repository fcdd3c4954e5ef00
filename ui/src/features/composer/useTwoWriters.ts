import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { queryClient } from '../../api/client';
import { postQuery } from '../../api/posts';
import type { NewPost, Post } from '../../api/types';
import { say } from '../../ui/toast';
import { keepApart, type usePostWriter } from './usePostWriter';
import type { Saving } from './useSave';

/** As a draft of its own: without an hour, so that it is not taken for the one that leaves. */
const apart = (post: Post): NewPost => ({
  title: post.title,
  text: post.text,
  link: post.link,
  category: post.category,
  images: post.images.map(({ media_id, alt, decorative, focal }) => ({
    media_id,
    alt,
    decorative,
    ...(focal ? { focal } : {}),
  })),
  channels: post.channels,
  overrides: post.overrides,
  publish: { mode: 'draft' },
});

/** Somebody else changed the post meanwhile. Whichever version is chosen, the other one is kept as a draft. */
export function useTwoWriters({
  writer,
  mine,
  onTheirs,
  onMine,
}: {
  writer: ReturnType<typeof usePostWriter>;
  mine: () => NewPost;
  onTheirs: (post: Post) => void;
  /** What was being done when it was found out; null: nobody asked for anything. */
  onMine: (as: Saving | null) => void;
}) {
  const t = useTranslations('twoWriters');
  const [conflict, setConflict] = useState<{ theirs: Post; as: Saving | null } | null>(null);

  const ask = async (as: Saving | null) => {
    const id = writer.known.current?.id;
    if (!id || conflict) return;
    const theirs = await queryClient.fetchQuery({ ...postQuery(id), staleTime: 0 }).catch(() => null);
    if (theirs) setConflict({ theirs, as });
  };

  const keep = async (body: NewPost, said: string): Promise<boolean> => {
    const { problem } = await keepApart(body);
    say(problem ? t('notKept') : said);
    return !problem;
  };

  const settle = (theirs: Post) =>
    writer.settle({ id: theirs.id, version: theirs.version, draft: theirs.publish.mode === 'draft' });

  const takeTheirs = async () => {
    if (!conflict || !(await keep(mine(), t('mineKept')))) return;
    settle(conflict.theirs);
    setConflict(null);
    onTheirs(conflict.theirs);
  };

  const keepMine = async () => {
    if (!conflict || !(await keep(apart(conflict.theirs), t('theirsKept')))) return;
    settle(conflict.theirs);
    setConflict(null);
    onMine(conflict.as);
  };

  return { conflict, ask, takeTheirs, keepMine };
}
