import type { Import } from '../../api/imports';
import type { components } from '../../api/schema.gen';

type NewImage = components['schemas']['NewImage'];

/** Where this server shows a picture of its library. */
export const pictureAddress = (mediaId: string) => `/api/v1/media/${encodeURIComponent(mediaId)}/file`;

/** The pictures of an item that were taken over, as a post has them; descriptions are by the picture's id. */
export const imagesOf = (item: Import, descriptions: Record<string, string> = {}): NewImage[] =>
  item.pictures.flatMap((p) =>
    p.media_id ? [{ media_id: p.media_id, alt: descriptions[p.media_id] ?? p.alt, decorative: false }] : [],
  );
