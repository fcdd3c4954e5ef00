import { useState } from 'react';
import { IdempotencyKey } from '../../api/idempotency';
import { useSession } from '../../api/session';
import type { Channel, Kind, Media, Post } from '../../api/types';
import type { Wall } from '../../data/wall';
import { copyName, readLocalCopy } from './localCopy';
import { change, type Draft, draftOf, emptyDraft } from './state';

/** What was asked for on the way to the page. */
export type Asked = { media: Media | null; at: Wall | undefined };

export type Start = {
  draft: Draft;
  idempotency: IdempotencyKey;
  /** Of the post that is changed, as its writer read it; 0 for a new one. */
  version: number;
  /** It comes from what this device kept. */
  resumed: boolean;
};

const withAsked = (draft: Draft, { media, at }: Asked): Draft => {
  const held = media ? change(draft, { type: 'take', media: [media] }) : draft;
  return at ? change(held, { type: 'when', when: { mode: 'at', wall: at } }) : held;
};

/** What the page starts with: what this device kept, else the post to change, else nothing. */
export function useStart(editing: Post | null, channels: Channel[], kinds: Kind[], asked: Asked): Start {
  const { user, commune } = useSession();
  return useState((): Start => {
    const kept = readLocalCopy(copyName(user.id, editing?.id ?? null));
    if (kept) {
      const idempotency = IdempotencyKey.from(kept.idempotencyKey);
      return { draft: withAsked(kept.draft, asked), idempotency, version: kept.version, resumed: true };
    }
    const draft = editing ? draftOf(editing, commune.zone) : emptyDraft(channels, kinds, commune.zone);
    return {
      draft: withAsked(draft, asked),
      idempotency: IdempotencyKey.fresh(),
      version: editing?.version ?? 0,
      resumed: false,
    };
  })[0];
}
