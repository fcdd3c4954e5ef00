import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import type { Problem } from '../api/problem';
import { Button } from './Button';
import { Dialog, DialogBody, DialogFooter } from './Dialog';
import { ProblemNotice } from './ProblemNotice';

/** What was confirmed may take away the button that asked for it: the focus then goes where it goes after a navigation. */
function useWayBack() {
  const confirmed = useRef(false);
  useEffect(
    () => () => {
      if (!confirmed.current) return;
      // React Aria looks for the button in the frame after the dialog has gone.
      requestAnimationFrame(() =>
        requestAnimationFrame(() => {
          if (document.activeElement === document.body)
            document.querySelector<HTMLElement>('#main h1')?.focus({ preventScroll: true });
        }),
      );
    },
    [],
  );
  return () => {
    confirmed.current = true;
  };
}

/** Asks before an act that cannot be taken back. Says what will happen; the verb of the button is the act. */
export function ConfirmDialog({
  title,
  verb,
  isOpen,
  onOpenChange,
  onConfirm,
  isPending,
  problem,
  danger = false,
  children,
}: {
  title: string;
  verb: string;
  isOpen: boolean;
  onOpenChange: (open: boolean) => void;
  onConfirm: () => void;
  isPending: boolean;
  problem: Problem | null;
  danger?: boolean;
  children: ReactNode;
}) {
  const t = useTranslations('common');
  const goes = useWayBack();
  return (
    <Dialog title={title} isOpen={isOpen} onOpenChange={onOpenChange} alert>
      <DialogBody>
        {children}
        {problem && <ProblemNotice problem={problem} />}
      </DialogBody>
      <DialogFooter>
        <Button autoFocus onPress={() => onOpenChange(false)}>
          {t('back')}
        </Button>
        <Button
          variant={danger ? 'danger' : 'primary'}
          isPending={isPending}
          onPress={() => {
            goes();
            onConfirm();
          }}
        >
          {verb}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
