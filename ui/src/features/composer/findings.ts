import type { ProblemField } from '../../api/problem';
import type { Channel, Preview } from '../../api/types';
import { isPast, resolveWall } from '../../data/wall';
import { type Draft, storedImages } from './state';

/** Where on the page a finding belongs. */
export type Place = 'channels' | 'title' | 'text' | 'link' | 'when' | 'other' | { image: string };

/** What we say ourselves, before the server can; i18n words it. */
export type LocalCode =
  | 'nothing'
  | 'no_channel'
  | 'alt_missing'
  | 'upload_failed'
  | 'upload_running'
  | 'hour_past'
  | 'hour_skipped';

export type Finding = {
  severity: 'error' | 'warning';
  place: Place;
  /** The channels that it is about; empty: all, or none in particular. */
  channels: string[];
  /** From the server in its words, or ours by code. */
  say: { message: string } | { local: LocalCode; image?: number };
};

const samePlace = (a: Place, b: Place) =>
  typeof a === 'object' && typeof b === 'object' ? a.image === b.image : a === b;

const IMAGE = /^images\[(\d+)\](?:\.(\w+))?/;

/** Puts a path of the API onto the page. `sent` are the keys of the pictures in the order in which they were sent. */
export function placeOf(field: string, sent: string[]): Place {
  const image = IMAGE.exec(field);
  if (image) {
    const key = sent[Number(image[1])];
    return key === undefined ? 'other' : { image: key };
  }
  const path = field.replace(/^overrides(?:\[[^\]]*\]|\.[^.]+)\.?/, '');
  if (path === 'title' || path === 'text' || path === 'link') return path;
  if (field.startsWith('channels')) return 'channels';
  if (field.startsWith('publish')) return 'when';
  return 'other';
}

/** The channel of a path such as `overrides.ID.text`. */
const channelOf = (field: string): string[] => {
  const id = /^overrides(?:\[([^\]]*)\]|\.([^.]+))/.exec(field);
  const found = id?.[1] ?? id?.[2];
  return found ? [found] : [];
};

/** What the page knows by itself. */
export function localFindings(draft: Draft, chosen: Channel[], zone: string, now: number): Finding[] {
  const found: Finding[] = [];
  const add = (place: Place, local: LocalCode, image?: number) =>
    found.push({
      severity: 'error',
      place,
      channels: [],
      say: image === undefined ? { local } : { local, image },
    });
  if (chosen.length === 0) add('channels', 'no_channel');
  if (draft.text.trim() === '' && draft.title.trim() === '' && draft.images.length === 0) add('text', 'nothing');
  draft.images.forEach((image, i) => {
    const place = { image: image.key };
    if (image.upload.state === 'failed') add(place, 'upload_failed', i + 1);
    if (image.upload.state === 'sending') add(place, 'upload_running', i + 1);
    if (!image.decorative && image.alt.trim() === '') add(place, 'alt_missing', i + 1);
  });
  if (draft.when.mode !== 'now') {
    const { wall, fold } = draft.when;
    if (resolveWall(wall, zone).kind === 'gap') add('when', 'hour_skipped');
    else if (isPast(wall, zone, fold, now)) add('when', 'hour_past');
  }
  return found;
}

/** What the server found in the preview; the same sentence for several channels is one finding. */
export function previewFindings(previews: Preview[], sent: string[]): Finding[] {
  const found: Finding[] = [];
  for (const preview of previews) {
    for (const issue of preview.issues) {
      const place = placeOf(issue.field, sent);
      const known = found.find(
        (f) =>
          samePlace(f.place, place) &&
          f.severity === issue.severity &&
          'message' in f.say &&
          f.say.message === issue.message,
      );
      if (!known) {
        found.push({
          severity: issue.severity,
          place,
          channels: preview.channel_id ? [preview.channel_id] : [],
          say: { message: issue.message },
        });
      } else if (preview.channel_id) known.channels.push(preview.channel_id);
    }
  }
  return found;
}

/** Why the server did not save. */
export function refusalFindings(fields: ProblemField[], sent: string[]): Finding[] {
  return fields.map((f) => ({
    severity: 'error',
    place: placeOf(f.field, sent),
    channels: channelOf(f.field),
    say: { message: f.message },
  }));
}

/**
 * Everything there is to say, once: where the page already says that a
 * description is missing or that there is nothing to publish, the server's
 * sentences about the same place are left out.
 */
export function mergeFindings(local: Finding[], server: Finding[]): Finding[] {
  const covered = local.filter(
    (f) => 'local' in f.say && ['alt_missing', 'nothing', 'no_channel'].includes(f.say.local),
  );
  const kept = server.filter(
    (f, i) =>
      !(f.severity === 'error' && covered.some((c) => samePlace(c.place, f.place))) &&
      // The refusal and the preview may say the same.
      server.findIndex(
        (o) =>
          samePlace(o.place, f.place) && 'message' in o.say && 'message' in f.say && o.say.message === f.say.message,
      ) === i,
  );
  const all = [...local, ...kept];
  return [...all.filter((f) => f.severity === 'error'), ...all.filter((f) => f.severity === 'warning')];
}

export const sentKeys = (draft: Draft): string[] => storedImages(draft).map((image) => image.key);

export const findingsAt = (findings: Finding[], place: Place): Finding[] =>
  findings.filter((f) => samePlace(f.place, place));

/** What settles itself: a picture on its way. */
export const passes = (f: Finding): boolean => 'local' in f.say && f.say.local === 'upload_running';

/** A draft may lack anything, except what is on its way or makes no sense. */
export const blocksDraft = (f: Finding): boolean =>
  f.severity === 'error' && 'local' in f.say && ['upload_running', 'upload_failed', 'nothing'].includes(f.say.local);
