import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, expect, it } from 'vitest';
import { queryClient } from '../../api/client';
import { EventsMessages } from '../../i18n/events';
import { changePictures, newImages, type Picture } from '../../pictures/picture';
import { show } from '../../test/render';
import { media } from '../../test/samples';
import '../../pictures/MediaPicker';
import { PicturesField } from './PicturesField';

afterEach(() => {
  cleanup();
  queryClient.clear();
});

let pictures: Picture[] = [];

function Form() {
  const [value, set] = useState<Picture[]>([]);
  pictures = value;
  return (
    <EventsMessages>
      <PicturesField value={value} channels={['fb']} dispatch={(c) => set((before) => changePictures(before, c))} />
    </EventsMessages>
  );
}

function fields() {
  queryClient.setDefaultOptions({ queries: { staleTime: Number.POSITIVE_INFINITY, retry: false } });
  queryClient.setQueryData(['get', '/media', { picker: '' }], {
    pages: [{ media: [media({ id: 'm1' }), media({ id: 'm2', alt: 'La place en fête' })], next_cursor: null }],
    pageParams: [''],
  });
  show(<Form />);
}

const rows = () => screen.getAllByRole('listitem', { name: /^Image \d/ });

it('the poster is taken from the library with its words, and another picture becomes the poster', async () => {
  fields();
  await userEvent.click(await screen.findByRole('button', { name: 'Médiathèque' }));
  const picker = await screen.findByRole('dialog');
  await userEvent.click(await within(picker).findByRole('button', { name: 'L’affiche de la brocante' }));
  await userEvent.click(within(picker).getByRole('button', { name: 'La place en fête' }));
  await userEvent.click(within(picker).getByRole('button', { name: 'Ajouter 2 images' }));
  expect(rows()).toHaveLength(2);
  expect(within(rows()[0] as HTMLElement).getByRole<HTMLInputElement>('textbox').value).toBe(
    'L’affiche de la brocante',
  );
  await userEvent.click(screen.getByRole('button', { name: /^En faire l’affiche.*image 2$/ }));
  expect(newImages(pictures).map((i) => i.media_id)).toEqual(['m2', 'm1']);
  expect(screen.queryByRole('button', { name: /^En faire l’affiche.*image 1$/ })).toBeNull();
});
