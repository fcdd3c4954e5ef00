import { cleanup, screen } from '@testing-library/react';
import { IntlProvider } from 'use-intl';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { queryClient } from '../../api/client';
import { crisisQuery } from '../../api/crisis';
import type { CrisisState } from '../../api/types';
import crisis from '../../i18n/crisis/fr.json';
import fr from '../../i18n/fr.json';
import { show } from '../../test/render';
import { SendPanel } from './SendPanel';
import type { Sending } from './useSend';

// What the server said a moment ago: nothing is asked again meanwhile.
beforeEach(() => queryClient.setDefaultOptions({ queries: { staleTime: Number.POSITIVE_INFINITY } }));
afterEach(() => {
  cleanup();
  queryClient.clear();
  queryClient.setDefaultOptions({});
});

const state = (over: Partial<CrisisState> = {}): CrisisState => ({
  active: false,
  held: 0,
  broadcasts: [],
  may_raise: true,
  second_person: false,
  proof_needed: false,
  contacts: [],
  exercise_due: false,
  ...over,
});

function panel(over: Partial<Parameters<typeof SendPanel>[0]> & { sendingState?: Sending } = {}) {
  const { sendingState = 'idle', ...props } = over;
  queryClient.setQueryData(crisisQuery.queryKey, props.state ?? state());
  show(
    <IntlProvider locale="fr" messages={{ ...fr, ...crisis }} timeZone="UTC">
      <SendPanel
        lack={null}
        exercise={false}
        state={state()}
        channels={4}
        title="Inondation"
        text="Inondation"
        contacts={[{ name: 'Zone de police', role: '', phone: '081 00 00 02' }]}
        sending={{ run: async () => {}, state: sendingState, problem: null }}
        {...props}
      />
    </IntlProvider>,
  );
}
const button = () => screen.queryByRole('button', { name: /^Maintenir/ });

it('offers the button, with how many channels it is about', () => {
  panel();
  expect(button()?.textContent).toContain('4 canaux, sans autre validation');
});

it('says of an exercise that nothing is sent', () => {
  panel({ exercise: true });
  expect(button()?.textContent).toContain('Maintenir pour simuler');
});

it('says what lacks instead', () => {
  panel({ lack: { kind: 'blank', label: 'Où' } });
  expect(button()).toBeNull();
  expect(screen.getByRole('status').textContent).toMatch(/À compléter.*Où/);
});

it('asks who is there before, where that is needed', () => {
  panel({ state: state({ proof_needed: true }) });
  expect(button()).toBeNull();
  expect(screen.getByLabelText('Mot de passe')).toBeDefined();
});

it('does not let a choice without any channel leave', () => {
  panel({ channels: 0 });
  expect(button()).toBeNull();
});

it('after a line that was cut says that nobody knows yet, and whom to call; never that it left', () => {
  panel({ sendingState: 'unsure' });
  expect(button()).toBeNull();
  expect(screen.getByRole('alert').textContent).toContain('On ne sait pas encore');
  expect(screen.getByRole('link', { name: /081 00 00 02/ }).getAttribute('href')).toBe('tel:081000002');
});

it('after looking, says that it did not leave, and gives the button back', () => {
  panel({ sendingState: 'notSent' });
  expect(screen.getByRole('alert').textContent).toContain('n’est PAS partie');
  expect(button()).not.toBeNull();
});
