import { cleanup, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { channelsQuery } from '../../api/channels';
import { queryClient } from '../../api/client';
import { unreadQuery } from '../../api/notices';
import { reviewQuery } from '../../api/system';
import type { ReviewItem } from '../../api/types';
import { show } from '../../test/render';
import { channel, delivery } from '../../test/samples';
import { Review } from './ReviewPage';

afterEach(() => {
  cleanup();
  queryClient.clear();
});

const item = (id: string, reason: ReviewItem['reason']): ReviewItem => ({
  title: `Publication ${id}`,
  reason,
  delivery: delivery({ id, status: 'held', hold_reason: reason }),
});

function review(items: ReviewItem[]) {
  queryClient.setQueryData(reviewQuery.queryKey, { items });
  queryClient.setQueryData(channelsQuery.queryKey, { channels: [channel()] });
  queryClient.setQueryData(unreadQuery.queryKey, { notices: [], unread: 0, next_cursor: null });
  show(<Review />);
}
const group = (id: string) => screen.getByRole('radiogroup', { name: new RegExp(`Publication ${id}`) });
const apply = () => screen.getByRole('button', { name: /^Appliquer/ });
const spaced = (text: string | null) => (text ?? '').replaceAll(/\s/gu, ' ');

describe('the review list', () => {
  it('says of each line what, where, when and why', () => {
    review([item('a', 'review'), item('b', 'recovery')]);
    const [first, second] = screen.getAllByRole('listitem');
    expect(spaced(first?.textContent ?? '')).toMatch(/Publication a.*Commune de Valmeuse.*devait partir.*12:15.*Panne/);
    expect(second?.textContent).toMatch(/Restauration/);
    // Only where it may be online already there is something to look at.
    expect(within(first as HTMLElement).queryByText('Ouvrir la page')).toBeNull();
    expect(
      within(second as HTMLElement)
        .getByText('Ouvrir la page')
        .closest('a')
        ?.getAttribute('href'),
    ).toBe('https://facebook.example/valmeuse');
  });

  it('chooses nothing by itself, and says so when one applies nothing', async () => {
    review([item('a', 'review')]);
    expect(within(group('a')).getByRole('radio', { name: 'Plus tard' }).getAttribute('aria-checked')).toBe('true');
    await userEvent.click(apply());
    expect(screen.getByText(/Choisissez d’abord/)).toBeDefined();
    expect(screen.queryByRole('alertdialog')).toBeNull();
  });

  it('asks before anything leaves, and says that they leave one minute apart', async () => {
    review([item('a', 'review'), item('b', 'recovery'), item('c', 'review'), item('d', 'review')]);
    await userEvent.click(screen.getByRole('button', { name: 'Tout publier' }));
    await userEvent.click(within(group('c')).getByRole('radio', { name: 'Annuler' }));
    await userEvent.click(within(group('d')).getByRole('radio', { name: 'Plus tard' }));
    await userEvent.click(apply());
    const words = spaced(screen.getByRole('alertdialog').textContent);
    expect(words).toContain(
      '2 publications partent dans les prochaines minutes, à une minute d’écart sur chaque canal.',
    );
    expect(words).toContain('L’une d’elles est peut-être déjà en ligne');
    expect(words).toContain('1 publication est annulée');
    expect(words).toContain('1 publication attend encore votre décision.');
  });

  it('with nothing to decide says so', () => {
    review([]);
    expect(screen.getByText('Rien n’attend votre décision.')).toBeDefined();
    expect(screen.queryByRole('button', { name: /^Appliquer/ })).toBeNull();
  });
});
