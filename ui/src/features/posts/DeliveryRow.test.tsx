import { cleanup, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { show } from '../../test/render';
import { channel, delivery, kind, post } from '../../test/samples';
import { DeliveryRow } from './DeliveryRow';

afterEach(cleanup);

const error = {
  kind: 'auth',
  code: 'facebook.190',
  message: 'Facebook ne reconnaît plus l’autorisation.',
  next_step: 'Reconnectez le canal.',
};
const row = (over: Parameters<typeof delivery>[0], practice = false) =>
  show(
    <ul>
      <DeliveryRow delivery={delivery(over)} channel={channel({ practice })} network="Facebook" />
    </ul>,
  );
const buttons = () => screen.getAllByRole('button').map((b) => b.getAttribute('aria-label') ?? b.textContent);

describe('a delivery', () => {
  it('that was sent links to the post, and shows no error of before', () => {
    row({ status: 'sent', sent_at: '2026-11-24T11:15:04Z', remote_url: 'https://facebook.example/1', error });
    expect(screen.getByRole('link', { name: /Voir sur Facebook/ }).getAttribute('href')).toBe(
      'https://facebook.example/1',
    );
    expect(screen.getByText(/publié à 12:15:04/)).toBeDefined();
    expect(screen.queryByText(error.message)).toBeNull();
  });
  it('that failed says why, what to do, and offers another try', () => {
    row({ status: 'failed', error });
    expect(screen.getByText(error.message)).toBeDefined();
    expect(screen.getByText(error.next_step)).toBeDefined();
    expect(buttons()).toContain('Réessayer sur Facebook');
  });
  it('of unknown outcome offers no other try: that could publish twice', () => {
    row({ status: 'unknown', needs_person: true, error });
    expect(buttons()).toEqual(expect.arrayContaining(['Elle y est', 'La renvoyer']));
    expect(buttons().filter((b) => b?.startsWith('Réessayer'))).toEqual([]);
  });
  it('that Crieur still checks asks nothing of people', () => {
    row({ status: 'unknown', needs_person: false, next_at: '2026-11-24T11:16:00Z' });
    expect(screen.getByText('Vérification en cours')).toBeDefined();
    expect(buttons().some((b) => b?.startsWith('Elle'))).toBe(false);
  });
  it('that is held says why, and leads to where that is decided', () => {
    row({ status: 'held', hold_reason: 'recovery' });
    expect(screen.getByText(/ne sait pas si elle est déjà partie/)).toBeDefined();
    expect(screen.getByRole('link', { name: 'Décider' }).getAttribute('href')).toBe('/review');
    cleanup();
    row({ status: 'held', hold_reason: 'crisis' });
    expect(screen.getByText(/à cause d’une alerte/)).toBeDefined();
    expect(screen.getByRole('link', { name: 'Décider' }).getAttribute('href')).toBe('/crisis/held');
  });
  it('of an alert is neither corrected nor removed here', () => {
    const sent = delivery({ status: 'sent', remote_id: '1_2', sent_at: '2026-11-24T11:15:04Z' });
    const of = (broadcast_id?: string) =>
      show(
        <ul>
          <DeliveryRow
            delivery={sent}
            channel={channel()}
            network="Facebook"
            kind={kind()}
            post={post(broadcast_id ? { broadcast_id } : {})}
          />
        </ul>,
      );
    const offered = () => buttons().filter((b) => /^(Corriger|Retirer)/.test(b ?? ''));
    of();
    expect(offered()).toHaveLength(2);
    cleanup();
    of('b1');
    expect(offered()).toEqual([]);
  });
  it('of a practice channel is marked as such', () => {
    row({ status: 'sent' }, true);
    expect(screen.getByText('Bac à sable')).toBeDefined();
  });
  it('shows hostile names as text', () => {
    row({ channel_name: '<img src=x onerror=alert(1)>' });
    expect(screen.getByText('<img src=x onerror=alert(1)>')).toBeDefined();
  });
});
