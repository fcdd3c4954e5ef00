import type { Channel, Kind, NewPost, NewPublish, Override, Post, PreviewRequest } from '../../api/types';
import { type Fold, proposeWall, resolveWall, type Wall, wallForApi, wallOf } from '../../data/wall';
import { changePictures, newImages, type Picture, type PictureChange, savedPicture } from '../../pictures/picture';

/** `slot` is an hour too: the commune's next free one. */
export type When = { mode: 'now' | 'slot' | 'at'; wall: Wall; fold: Fold };

/** What is being written: the common content, and what differs by channel. */
export type Draft = {
  title: string;
  text: string;
  link: string;
  category: string;
  images: Picture[];
  /** Ids of the chosen channels. */
  channels: string[];
  /** Own words of a channel, by id; kept while the channel is not chosen. */
  overrides: Record<string, Override>;
  when: When;
};

/** The text that a change is for: the common one, or a channel's own. */
export type Scope = { channel: string } | 'common';

export type Change =
  | { type: 'write'; scope: Scope; field: 'title' | 'text'; value: string }
  | { type: 'link'; value: string }
  | { type: 'choose'; channels: string[] }
  | { type: 'toggle'; channel: string; chosen: boolean }
  | { type: 'adapt'; channel: string; titled: boolean }
  | { type: 'follow'; channel: string }
  | PictureChange
  | { type: 'insert'; scope: Scope; at: number; until: number; words: string }
  | { type: 'say'; title: string; text: string; after: boolean }
  | { type: 'when'; when: Partial<When> }
  | { type: 'replace'; draft: Draft };

/**
 * Practice and real channels are not chosen together unasked. Where the commune has an account on a real network, the
 * real ones are meant; until then practice is, and its own pages, which are public and there from the first day, stay out.
 */
export function defaultChannels(channels: Channel[], kinds: Kind[]): string[] {
  const working = channels.filter((c) => c.status === 'connected');
  const hasAccount = (c: Channel) => (kinds.find((k) => k.kind === c.kind)?.credentials.length ?? 0) > 0;
  const live = working.some((c) => !c.practice && hasAccount(c));
  const practising = !live && working.some((c) => c.practice);
  return working.filter((c) => c.practice === practising).map((c) => c.id);
}

export function emptyDraft(channels: Channel[], kinds: Kind[], zone: string): Draft {
  return {
    title: '',
    text: '',
    link: '',
    category: '',
    images: [],
    channels: defaultChannels(channels, kinds),
    overrides: {},
    when: { mode: 'now', wall: proposeWall(zone), fold: 'earlier' },
  };
}

/** A saved post, to be changed. */
export function draftOf(post: Post, zone: string): Draft {
  const at = post.publish.mode === 'now' ? null : post.publish.due_at;
  return {
    title: post.title,
    text: post.text,
    link: post.link,
    category: post.category,
    images: post.images.map(savedPicture),
    channels: post.channels,
    overrides: post.overrides,
    when: at ? chosen(at, zone) : { mode: 'now', wall: proposeWall(zone), fold: 'earlier' },
  };
}

/** An instant as a chosen hour: of two equal hours of an autumn night, the one that it is. */
function chosen(instant: string, zone: string): When {
  const wall = wallOf(instant, zone);
  const resolved = resolveWall(wall, zone);
  const later = resolved.kind === 'twice' && Date.parse(resolved.later) <= Date.parse(instant);
  return { mode: 'at', wall, fold: later ? 'later' : 'earlier' };
}

const without = <T>(record: Record<string, T>, key: string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([k]) => k !== key));

export function change(draft: Draft, c: Change): Draft {
  switch (c.type) {
    case 'write':
      if (c.scope === 'common') return { ...draft, [c.field]: c.value };
      return {
        ...draft,
        overrides: {
          ...draft.overrides,
          [c.scope.channel]: { ...draft.overrides[c.scope.channel], [c.field]: c.value },
        },
      };
    case 'link':
      return { ...draft, link: c.value };
    case 'choose':
      return { ...draft, channels: c.channels };
    case 'toggle': {
      const others = draft.channels.filter((id) => id !== c.channel);
      return { ...draft, channels: c.chosen ? [...others, c.channel] : others };
    }
    case 'adapt':
      return {
        ...draft,
        overrides: {
          ...draft.overrides,
          [c.channel]: c.titled ? { title: draft.title, text: draft.text } : { text: draft.text },
        },
      };
    case 'follow':
      return { ...draft, overrides: without(draft.overrides, c.channel) };
    case 'insert': {
      const text = textIn(draft, c.scope);
      const value = text.slice(0, c.at) + c.words + text.slice(c.until);
      return change(draft, { type: 'write', scope: c.scope, field: 'text', value });
    }
    case 'say': {
      const before = c.after && draft.text.trim() !== '' ? `${draft.text.trimEnd()}\n\n` : '';
      return { ...draft, text: before + c.text, title: c.after && draft.title ? draft.title : c.title };
    }
    case 'when':
      return { ...draft, when: { ...draft.when, ...c.when } };
    case 'replace':
      return c.draft;
    default:
      return { ...draft, images: changePictures(draft.images, c) };
  }
}

/** The text that is seen in a tab: a channel's own, or the common one. */
export const textIn = (draft: Draft, scope: Scope): string =>
  (scope === 'common' ? undefined : draft.overrides[scope.channel]?.text) ?? draft.text;

export const isEmpty = (draft: Draft): boolean =>
  draft.text.trim() === '' &&
  draft.title.trim() === '' &&
  draft.link.trim() === '' &&
  draft.images.length === 0 &&
  Object.keys(draft.overrides).length === 0;

/** The pictures that the server has, in order: the n-th of them is `images[n]` of the API. */
export const storedImages = (draft: Draft): Picture[] => draft.images.filter((i) => i.upload.state === 'stored');

/** What the API is asked to preview; only what can be seen, so that other changes ask nothing. */
export function previewRequest(draft: Draft, known: Channel[]): PreviewRequest {
  const channels = known.filter((c) => draft.channels.includes(c.id)).map((c) => c.id);
  return {
    title: draft.title,
    text: draft.text,
    link: draft.link.trim(),
    category: draft.category,
    images: newImages(draft.images),
    channels,
    overrides: Object.fromEntries(Object.entries(draft.overrides).filter(([id]) => channels.includes(id))),
  };
}

function publishOf(when: When, zone: string): NewPublish {
  if (when.mode === 'now') return { mode: 'now' };
  return { mode: 'at', at: wallForApi(when.wall, zone, when.fold), zone };
}

/** A draft remembers the hour that is meant, if there is such an hour. */
function draftHour(when: When, zone: string): NewPublish {
  if (when.mode === 'now' || resolveWall(when.wall, zone).kind === 'gap') return { mode: 'draft' };
  return { ...publishOf(when, zone), mode: 'draft' };
}

/** What the API is asked to save. */
export function newPost(draft: Draft, known: Channel[], zone: string, as: 'publish' | 'draft'): NewPost {
  const { kinds: _, ...content } = previewRequest(draft, known);
  return {
    ...content,
    channels: content.channels ?? [],
    publish: as === 'draft' ? draftHour(draft.when, zone) : publishOf(draft.when, zone),
  };
}
