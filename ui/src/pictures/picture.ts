import type { Media, Point } from '../api/types';
import type { Upload, UploadChange } from '../uploads/useUploads';

/** A picture of what is being written. */
export type Picture = {
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

export type PictureChange =
  | UploadChange
  | { type: 'take'; media: Media[] }
  | { type: 'describe'; key: string; alt: string }
  | { type: 'decorate'; key: string; decorative: boolean }
  | { type: 'focus'; key: string; focal: Point }
  | { type: 'move'; key: string; by: -1 | 1 }
  | { type: 'place'; key: string; at: number };

export const CENTRE: Point = { x: 0.5, y: 0.5 };

/** A picture of the library, with what it was last said to show. */
const taken = (media: Media): Picture => ({
  key: `media-${media.id}`,
  name: media.name,
  src: media.url,
  upload: { state: 'stored', mediaId: media.id },
  alt: media.alt,
  decorative: false,
  focal: CENTRE,
});

/** As the API gives one of something that is saved already. */
export const savedPicture = (
  image: { media_id: string; url: string; alt: string; decorative: boolean; focal: Point | null },
  n: number,
): Picture => ({
  key: `saved-${n}`,
  name: '',
  src: image.url,
  upload: { state: 'stored', mediaId: image.media_id },
  alt: image.alt,
  decorative: image.decorative,
  focal: image.focal ?? CENTRE,
});

const mediaOf = ({ upload }: Picture) => (upload.state === 'stored' ? upload.mediaId : undefined);

/** What the API is told of those that it has, in order. */
export const newImages = (pictures: Picture[]) =>
  pictures.flatMap((picture) => {
    const media_id = mediaOf(picture);
    const { alt, decorative, focal } = picture;
    return media_id ? [{ media_id, alt: decorative ? '' : alt.trim(), decorative, focal }] : [];
  });

function moved(pictures: Picture[], key: string, to: number): Picture[] {
  const from = pictures.findIndex((picture) => picture.key === key);
  const picture = pictures[from];
  if (!picture || to < 0 || to >= pictures.length || to === from) return pictures;
  return pictures.toSpliced(from, 1).toSpliced(to, 0, picture);
}

export function changePictures(pictures: Picture[], c: PictureChange): Picture[] {
  const withOne = (key: string, change: (picture: Picture) => Picture) =>
    pictures.map((picture) => (picture.key === key ? change(picture) : picture));
  switch (c.type) {
    case 'add':
      return [
        ...pictures,
        ...c.images.map((image) => ({
          ...image,
          upload: { state: 'sending', fraction: 0 } as const,
          alt: '',
          decorative: false,
          focal: CENTRE,
        })),
      ];
    case 'upload':
      return withOne(c.key, (picture) => ({
        ...picture,
        upload: c.upload,
        src: c.src ?? picture.src,
        // The same picture was described before; what is being typed here counts more.
        alt: picture.alt === '' ? (c.alt ?? '') : picture.alt,
      }));
    case 'take': {
      const there = new Set(pictures.map(mediaOf));
      return [...pictures, ...c.media.filter((m) => !there.has(m.id)).map(taken)];
    }
    case 'describe':
      return withOne(c.key, (picture) => ({ ...picture, alt: c.alt }));
    case 'decorate':
      return withOne(c.key, (picture) => ({ ...picture, decorative: c.decorative }));
    case 'focus':
      return withOne(c.key, (picture) => ({ ...picture, focal: c.focal }));
    case 'move':
      return moved(pictures, c.key, pictures.findIndex((picture) => picture.key === c.key) + c.by);
    case 'place':
      return moved(pictures, c.key, c.at);
    case 'remove':
      return pictures.filter((picture) => picture.key !== c.key);
  }
}
