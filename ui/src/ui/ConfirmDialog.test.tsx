import { cleanup, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, describe, expect, it } from 'vitest';
import { show } from '../test/render';
import { Button } from './Button';
import { ConfirmDialog } from './ConfirmDialog';

afterEach(cleanup);

function Row({ onRemove }: { onRemove: () => void }) {
  const [asking, ask] = useState(false);
  return (
    <>
      <Button onPress={() => ask(true)}>Retirer…</Button>
      <ConfirmDialog
        title="Retirer la source ?"
        verb="Retirer"
        isOpen={asking}
        onOpenChange={ask}
        onConfirm={onRemove}
        isPending={false}
        problem={null}
      >
        <p>Elle n’est plus suivie.</p>
      </ConfirmDialog>
    </>
  );
}

function Page() {
  const [there, set] = useState(true);
  return (
    <main id="main">
      <h1 tabIndex={-1}>Sources</h1>
      {there && <Row onRemove={() => set(false)} />}
    </main>
  );
}

describe('a question before an act', () => {
  it('gives the focus to the title when the act takes away the button that asked', async () => {
    show(<Page />);
    await userEvent.tab();
    await userEvent.keyboard('{Enter}');
    await userEvent.click(await screen.findByRole('button', { name: 'Retirer' }));
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('heading', { name: 'Sources' })));
  });
  it('gives it back to the button after second thoughts', async () => {
    show(<Page />);
    await userEvent.tab();
    await userEvent.keyboard('{Enter}');
    await userEvent.click(await screen.findByRole('button', { name: 'Retour' }));
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Retirer…' })));
  });
});
