import { cleanup, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { show } from '../../test/render';
import { notice } from '../../test/samples';
import { NoticeRow } from './NoticeRow';

afterEach(cleanup);

const row = (over: Parameters<typeof notice>[0], onRead = () => {}) =>
  show(
    <ul>
      <NoticeRow notice={notice(over)} onRead={onRead} />
    </ul>,
  );
const link = () => screen.getByRole('link').getAttribute('href');

describe('a notice', () => {
  it('says how much it presses in words, what happened, what to do and where', () => {
    row({});
    expect(screen.getByText('Problème')).toBeDefined();
    expect(screen.getByText('Non lu')).toBeDefined();
    expect(screen.getByText(/ne reconnaît plus/)).toBeDefined();
    expect(screen.getByText(/Reconnectez le canal/)).toBeDefined();
    expect(link()).toBe('/posts/p1');
  });
  it('leads to the channel, or to the decision, where there is no post', () => {
    row({ kind: 'reauth', severity: 'warning', post_id: null });
    expect(screen.getByText('Attention')).toBeDefined();
    expect(link()).toBe('/channels');
    cleanup();
    row({ kind: 'review', post_id: null, channel_id: null });
    expect(link()).toBe('/review');
    cleanup();
    row({ kind: 'clock', post_id: null, channel_id: null });
    expect(screen.queryByRole('link')).toBeNull();
  });
  it('that is settled says so, and asks nothing more', () => {
    row({ settled_at: '2026-11-24T12:00:00Z' });
    expect(screen.getByText('Réglé')).toBeDefined();
    expect(screen.queryByText('Problème')).toBeNull();
    expect(screen.queryByText(/Reconnectez le canal/)).toBeNull();
    expect(screen.queryByRole('button')).toBeNull();
  });
  it('that was read is not offered again', () => {
    row({ read_at: '2026-11-24T12:00:00Z' });
    expect(screen.queryByText('Non lu')).toBeNull();
    expect(screen.queryByRole('button')).toBeNull();
  });
  it('keeps the focus when it is marked as read', async () => {
    const onRead = vi.fn();
    row({}, onRead);
    await userEvent.click(screen.getByRole('button', { name: /^J’ai lu/ }));
    expect(onRead).toHaveBeenCalledOnce();
    expect(document.activeElement).toBe(screen.getByRole('heading'));
  });
  it('shows hostile words as text', () => {
    row({ title: '<img src=x onerror=alert(1)>' });
    expect(screen.getByRole('heading').textContent).toBe('<img src=x onerror=alert(1)>');
  });
});
