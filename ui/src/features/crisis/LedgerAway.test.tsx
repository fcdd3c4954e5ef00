import { act, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { ledger } from '../../api/ledger';
import { CrisisMessages } from '../../i18n/crisis';
import { show } from '../../test/render';
import { LedgerAway } from './LedgerAway';

const answer = (headers: Record<string, string>) => new Response(null, { headers });
afterEach(() => ledger.heard(answer({})));

it('says that the database is away as long as answers say so', async () => {
  show(
    <CrisisMessages>
      <LedgerAway />
    </CrisisMessages>,
  );
  expect(screen.queryByText(/base de données/)).toBeNull();
  act(() => ledger.heard(answer({ 'X-Crieur-Ledger': 'away' })));
  expect(screen.getByText(/base de données/).closest('[role=status]')).not.toBeNull();
  act(() => ledger.heard(answer({})));
  expect(screen.queryByText(/base de données/)).toBeNull();
});
