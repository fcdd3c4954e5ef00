import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { Problem } from '../api/problem';
import { Button } from './Button';
import { Dialog, DialogBody, DialogFooter } from './Dialog';
import { ProblemNotice } from './ProblemNotice';

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
        <Button variant={danger ? 'danger' : 'primary'} isPending={isPending} onPress={onConfirm}>
          {verb}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
