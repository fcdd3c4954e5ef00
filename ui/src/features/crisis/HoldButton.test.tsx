import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { IntlProvider } from 'use-intl';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import crisis from '../../i18n/crisis/fr.json';
import fr from '../../i18n/fr.json';
import { show } from '../../test/render';
import { HoldButton } from './HoldButton';
import { HOLD_MS } from './useHold';

// The clock and the frames are ours: nothing here waits.
const clock = { now: 0, frames: new Map<number, FrameRequestCallback>(), next: 1 };
beforeEach(() => {
  clock.now = 0;
  clock.frames.clear();
  vi.spyOn(performance, 'now').mockImplementation(() => clock.now);
  vi.stubGlobal('requestAnimationFrame', (run: FrameRequestCallback) => {
    clock.frames.set(clock.next, run);
    return clock.next++;
  });
  vi.stubGlobal('cancelAnimationFrame', (id: number) => clock.frames.delete(id));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});
const pass = (ms: number) =>
  act(() => {
    clock.now += ms;
    const due = [...clock.frames.values()];
    clock.frames.clear();
    for (const run of due) run(clock.now);
  });

function button(onConfirm: () => void) {
  show(
    <IntlProvider locale="fr" messages={{ ...fr, ...crisis }} timeZone="UTC">
      <HoldButton
        label="Maintenir pour diffuser"
        detail="4 canaux"
        ask="Diffuser ?"
        verb="Diffuser"
        isPending={false}
        onConfirm={onConfirm}
      />
    </IntlProvider>,
  );
  return screen.getByRole('button', { name: /Maintenir/ });
}

it('sends once when Space is held to the end, and only then', () => {
  const sent = vi.fn();
  const hold = button(sent);
  hold.focus();
  fireEvent.keyDown(hold, { key: ' ' });
  pass(0);
  pass(HOLD_MS - 1);
  expect(sent).not.toHaveBeenCalled();
  pass(1);
  expect(sent).toHaveBeenCalledTimes(1);
  pass(HOLD_MS);
  fireEvent.keyUp(hold, { key: ' ' });
  expect(sent).toHaveBeenCalledTimes(1);
});

it('sends nothing when it is let go early, and says so', () => {
  const sent = vi.fn();
  const hold = button(sent);
  hold.focus();
  fireEvent.keyDown(hold, { key: 'Enter' });
  pass(0);
  pass(HOLD_MS / 2);
  fireEvent.keyUp(hold, { key: 'Enter' });
  pass(HOLD_MS);
  expect(sent).not.toHaveBeenCalled();
  expect(screen.getByText('Relâché trop tôt : rien n’est parti.')).toBeDefined();
});

it('sends nothing when another window comes in front', () => {
  const sent = vi.fn();
  const hold = button(sent);
  hold.focus();
  fireEvent.keyDown(hold, { key: ' ' });
  pass(0);
  pass(HOLD_MS / 2);
  act(() => void window.dispatchEvent(new Event('blur')));
  pass(HOLD_MS);
  expect(sent).not.toHaveBeenCalled();
});

it('asks in two steps, with the focus on what does no harm', async () => {
  vi.unstubAllGlobals();
  const sent = vi.fn();
  button(sent);
  fireEvent.click(screen.getByRole('button', { name: 'Confirmer autrement, en deux étapes' }));
  const dialog = screen.getByRole('alertdialog', { name: 'Diffuser ?' });
  await waitFor(() => expect(document.activeElement?.textContent).toBe('Annuler'));
  expect(sent).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole('button', { name: 'Diffuser' }));
  expect(sent).toHaveBeenCalledTimes(1);
  expect(dialog.isConnected).toBe(false);
});
