import { useRouter } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Channel } from '../../api/types';
import { say } from '../../ui/toast';
import { copyName, dropLocalCopy, useLocalCopy } from './localCopy';
import { type Draft, isEmpty, newPost } from './state';
import { useAutosave } from './useAutosave';
import type { usePostWriter } from './usePostWriter';
import type { Start } from './useStart';

/** What is written, as the server would have it as a draft: to compare, and to send. */
const asText = (draft: Draft, channels: Channel[], zone: string) =>
  JSON.stringify(newPost(draft, channels, zone, 'draft'));

export type Keeping = {
  /** Something differs from what the server has. */
  dirty: boolean;
  /** Since when it is safe, and where. */
  kept: { where: 'server' | 'device'; at: number } | null;
  /** What the server has now, after somebody said so; `over`: the page has done its work. */
  settled: (draft: Draft, over: boolean) => void;
};

/**
 * Nothing that was typed is lost: it is on this device within a second, a draft
 * of the server's is brought up to date, and a new text becomes a draft when
 * its page is left. Nothing of this publishes.
 */
export function useKeeping({
  start,
  saved: first,
  draft,
  channels,
  zone,
  userId,
  writer,
  paused,
  onStale,
}: {
  start: Start;
  /** As the server has it; null: it does not. */
  saved: Draft | null;
  draft: Draft;
  channels: Channel[];
  zone: string;
  userId: string;
  writer: ReturnType<typeof usePostWriter>;
  /** A question is open, or something is being saved. */
  paused: boolean;
  onStale: () => void;
}): Keeping {
  const t = useTranslations('keeping');
  const router = useRouter();
  const { place } = writer;
  const wanted = useMemo(() => asText(draft, channels, zone), [draft, channels, zone]);
  const [saved, setSaved] = useState(() => (first ? asText(first, channels, zone) : ''));
  const [over, setOver] = useState(false);
  const arriving = draft.images.some((image) => image.upload.state !== 'stored');
  const dirty = !over && (place ? wanted !== saved || arriving : !isEmpty(draft));
  const name = copyName(userId, place?.id ?? null);

  const copy = useMemo(
    () => (dirty ? { draft, idempotencyKey: start.idempotency.value, version: place?.version ?? 0 } : null),
    [dirty, draft, start, place],
  );
  const onDevice = useLocalCopy(name, copy);

  const write = async (body: string) => {
    const written = await writer.write(JSON.parse(body));
    if (written.post) setSaved(body);
    return written;
  };
  const onServer = useAutosave({
    wanted,
    saved,
    allowed: place?.draft === true && !over && !paused,
    write: () => write(wanted),
    onStale,
  });

  // What the server has needs no copy here.
  const before = useRef(name);
  useEffect(() => {
    if (before.current !== name) dropLocalCopy(before.current);
    before.current = name;
    if (!dirty) dropLocalCopy(name);
  }, [name, dirty]);

  const leaving = useRef(() => {});
  leaving.current = () => {
    if (!dirty || paused || (place && !place.draft)) return;
    void write(wanted).then(({ post }) => {
      if (!post) return;
      dropLocalCopy(name);
      dropLocalCopy(copyName(userId, null));
      if (!place) say(t('leftAsDraft'), { action: { label: t('open'), run: () => open(post.id) } });
    });
  };
  const open = (id: string) => void router.navigate({ to: '/compose', search: { post: id } });
  useEffect(
    () =>
      router.subscribe('onBeforeNavigate', ({ toLocation, fromLocation }) => {
        const same =
          toLocation.pathname === fromLocation?.pathname &&
          (toLocation.search as { post?: string }).post === (fromLocation.search as { post?: string }).post;
        // Whoever signs out keeps the text on this device: there is no session left to save it with.
        if (!same && toLocation.pathname !== '/login') leaving.current();
      }),
    [router],
  );

  const settled = (now: Draft, finished: boolean) => {
    setSaved(asText(now, channels, zone));
    setOver(finished);
    if (finished) {
      dropLocalCopy(name);
      // The page is left in the same breath, before it is drawn again.
      leaving.current = () => {};
    }
  };

  const serverAt = onServer !== null && !dirty ? onServer : null;
  const kept =
    serverAt !== null
      ? { where: 'server' as const, at: serverAt }
      : onDevice !== null
        ? { where: 'device' as const, at: onDevice }
        : null;
  return { dirty, kept, settled };
}
