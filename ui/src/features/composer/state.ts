import type { Channel, Kind, Media, NewPost, NewPublish, Override, Point, Post, PreviewRequest } from '../../api/types';
import { type Fold, proposeWall, resolveWall, type Wall, wallForApi, wallOf } from '../../data/wall';
import type { Upload, UploadChange } from '../../uploads/useUploads';

export type DraftImage = {
  /** Of this page only; stays the same while the picture is sent. */
  key: string;
  name: string;
  /** What the browser can show: a local address, then the server's. */
  src: string;
  upload: Upload;
  alt: string;
  decorative: boolean;
  focal: Point;
};

/** `slot` is an hour too: the commune's next free one. */
export type When = { mode: 'now' | 'slot' | 'at'; wall: Wall; fold: Fold };

/** What is being written: the common content, and what differs by channel. */
export type Draft = {
  title: string;
  text: string;
  link: string;
  category: string;
  images: DraftImage[];
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
  | UploadChange
  | { type: 'describe'; key: string; alt: string }
  | { type: 'decorate'; key: string; decorative: boolean }
  | { type: 'focus'; key: string; focal: Point }
  | { type: 'move'; key: string; by: -1 | 1 }
  | { type: 'place'; key: string; at: number }
  | { type: 'take'; media: Media[] }
  | { type: 'insert'; scope: Scope; at: number; until: number; words: string }
  | { type: 'say'; title: string; text: string; after: boolean }
  | { type: 'when'; when: Partial<When> }
  | { type: 'replace'; draft: Draft };

const CENTRE: Point = { x: 0.5, y: 0.5 };

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
    images: post.images.map((image, i) => ({
      key: `saved-${i}`,
      name: '',
      src: image.url,
      upload: { state: 'stored', mediaId: image.media_id },
      alt: image.alt,
      decorative: image.decorative,
      focal: image.focal ?? CENTRE,
    })),
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

/** A picture of the library, with what it was last said to show. */
const taken = (media: Media): DraftImage => ({
  key: `media-${media.id}`,
  name: media.name,
  src: media.url,
  upload: { state: 'stored', mediaId: media.id },
  alt: media.alt,
  decorative: false,
  focal: CENTRE,
});

const mediaOf = ({ upload }: DraftImage) => (upload.state === 'stored' ? upload.mediaId : undefined);

function moved(draft: Draft, key: string, to: number): Draft {
  const from = draft.images.findIndex((image) => image.key === key);
  const image = draft.images[from];
  if (!image || to < 0 || to >= draft.images.length || to === from) return draft;
  return { ...draft, images: draft.images.toSpliced(from, 1).toSpliced(to, 0, image) };
}

const without = <T>(record: Record<string, T>, key: string): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([k]) => k !== key));

const withImage = (draft: Draft, key: string, change: (image: DraftImage) => DraftImage): Draft => ({
  ...draft,
  images: draft.images.map((image) => (image.key === key ? change(image) : image)),
});

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
    case 'add':
      return {
        ...draft,
        images: [
          ...draft.images,
          ...c.images.map((image) => ({
            ...image,
            upload: { state: 'sending', fraction: 0 } as const,
            alt: '',
            decorative: false,
            focal: CENTRE,
          })),
        ],
      };
    case 'upload':
      return withImage(draft, c.key, (image) => ({
        ...image,
        upload: c.upload,
        src: c.src ?? image.src,
        // The same picture was described before; what is being typed here counts more.
        alt: image.alt === '' ? (c.alt ?? '') : image.alt,
      }));
    case 'take': {
      const there = new Set(draft.images.map(mediaOf));
      return { ...draft, images: [...draft.images, ...c.media.filter((m) => !there.has(m.id)).map(taken)] };
    }
    case 'describe':
      return withImage(draft, c.key, (image) => ({ ...image, alt: c.alt }));
    case 'decorate':
      return withImage(draft, c.key, (image) => ({ ...image, decorative: c.decorative }));
    case 'focus':
      return withImage(draft, c.key, (image) => ({ ...image, focal: c.focal }));
    case 'move':
      return moved(draft, c.key, draft.images.findIndex((image) => image.key === c.key) + c.by);
    case 'place':
      return moved(draft, c.key, c.at);
    case 'insert': {
      const text = textIn(draft, c.scope);
      const value = text.slice(0, c.at) + c.words + text.slice(c.until);
      return change(draft, { type: 'write', scope: c.scope, field: 'text', value });
    }
    case 'say': {
      const before = c.after && draft.text.trim() !== '' ? `${draft.text.trimEnd()}\n\n` : '';
      return { ...draft, text: before + c.text, title: c.after && draft.title ? draft.title : c.title };
    }
    case 'remove':
      return { ...draft, images: draft.images.filter((image) => image.key !== c.key) };
    case 'when':
      return { ...draft, when: { ...draft.when, ...c.when } };
    case 'replace':
      return c.draft;
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
export const storedImages = (draft: Draft): DraftImage[] => draft.images.filter((i) => i.upload.state === 'stored');

/** What the API is asked to preview; only what can be seen, so that other changes ask nothing. */
export function previewRequest(draft: Draft, known: Channel[]): PreviewRequest {
  const channels = known.filter((c) => draft.channels.includes(c.id)).map((c) => c.id);
  return {
    title: draft.title,
    text: draft.text,
    link: draft.link.trim(),
    category: draft.category,
    images: storedImages(draft).map((image) => ({
      media_id: image.upload.state === 'stored' ? image.upload.mediaId : '',
      alt: image.decorative ? '' : image.alt.trim(),
      decorative: image.decorative,
      focal: image.focal,
    })),
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
