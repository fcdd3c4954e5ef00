import { expect, it } from 'vitest';
import { media } from '../test/samples';
import { CENTRE, changePictures, newImages, type Picture, type PictureChange, savedPicture } from './picture';

const after = (...changes: PictureChange[]): Picture[] => changes.reduce(changePictures, []);
const take = (...ids: string[]): PictureChange => ({ type: 'take', media: ids.map((id) => media({ id })) });

it('what is taken from the library comes with its words, and only once', () => {
  const pictures = after(take('a'), take('a', 'b'));
  expect(newImages(pictures)).toEqual([
    { media_id: 'a', alt: 'L’affiche de la brocante', decorative: false, focal: CENTRE },
    { media_id: 'b', alt: 'L’affiche de la brocante', decorative: false, focal: CENTRE },
  ]);
});

it('a picture that was sent here and is in the library is not taken twice', () => {
  const sent: PictureChange[] = [
    { type: 'add', images: [{ key: 'k', name: 'affiche.jpg', src: 'blob:k' }] },
    { type: 'upload', key: 'k', upload: { state: 'stored', mediaId: 'a' }, src: '/media/a' },
  ];
  expect(after(...sent, take('a')).map((p) => p.key)).toEqual(['k']);
});

it('a picture is put first, with the point that was set on it', () => {
  const focal = { x: 0.2, y: 0.9 };
  const pictures = after(
    take('a', 'b'),
    { type: 'focus', key: 'media-b', focal },
    { type: 'place', key: 'media-b', at: 0 },
  );
  expect(newImages(pictures).map((i) => [i.media_id, i.focal])).toEqual([
    ['b', focal],
    ['a', CENTRE],
  ]);
});

it('what is not sent yet is not told to the server', () => {
  expect(newImages(after({ type: 'add', images: [{ key: 'k', name: 'a.jpg', src: 'blob:k' }] }))).toEqual([]);
});

it('a saved picture keeps the point that was set', () => {
  const image = { media_id: 'm1', url: '/media/m1', alt: 'Un sapin', decorative: false, focal: { x: 0.1, y: 0.3 } };
  expect(newImages([savedPicture(image, 0)])).toEqual([
    { media_id: 'm1', alt: 'Un sapin', decorative: false, focal: { x: 0.1, y: 0.3 } },
  ]);
});
