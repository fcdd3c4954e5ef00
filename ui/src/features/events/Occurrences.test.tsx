import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { queryClient } from '../../api/client';
import type { Recurrence } from '../../api/events';
import { EventsMessages } from '../../i18n/events';
import { show } from '../../test/render';
import { Occurrences } from './Occurrences';

afterEach(() => {
  cleanup();
  queryClient.clear();
  vi.unstubAllGlobals();
});

const waste: Recurrence = {
  id: 'r1',
  version: 1,
  status: 'active',
  name: 'Papiers et cartons',
  topic: 'waste',
  category: '',
  rule: null,
  starts_on: '',
  exceptions: [],
  zone: 'Europe/Brussels',
  before: 1,
  at: '18:00',
  shift_days: 0,
  title: '',
  texts: [],
  link: '',
  images: [],
  channels: ['site'],
  created_at: '2027-01-04T09:00:00Z',
  updated_at: '2027-01-04T09:00:00Z',
  occurrences: [
    {
      date: '2027-01-12',
      moved_to: null,
      label: 'Papiers',
      state: 'planned',
      due_at: '2027-01-11T17:00:00Z',
      post_id: null,
      problem: null,
    },
  ],
};

it('says in the dialog why a date cannot be moved, and there alone', async () => {
  const refusal = 'Cette annonce est déjà partie, ou son heure est passée.';
  vi.stubGlobal('fetch', async () =>
    Response.json(
      {
        type: 'about:blank',
        title: 'Conflict',
        status: 409,
        code: 'already_leaving',
        detail: refusal,
        fields: [],
        request_id: 'q',
      },
      { status: 409 },
    ),
  );
  show(
    <EventsMessages>
      <Occurrences recurrence={waste} />
    </EventsMessages>,
  );
  await userEvent.click(await screen.findByRole('button', { name: /^Déplacer/ }));
  const dialog = await screen.findByRole('dialog');
  await userEvent.click(within(dialog).getByRole('button', { name: /^Déplacer/ }));
  expect(await within(dialog).findByText(refusal)).toBeDefined();
  await userEvent.click(within(dialog).getByRole('button', { name: 'Retour' }));
  expect(screen.queryByText(refusal)).toBeNull();
});
