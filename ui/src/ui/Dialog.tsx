import clsx from 'clsx';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { IconButton } from './Button';

/** A dialog over the page: at the bottom edge on a phone, in the middle elsewhere. */
export function Dialog({
  title,
  isOpen,
  onOpenChange,
  wide = false,
  alert = false,
  dismissable = true,
  children,
}: {
  title: string;
  isOpen: boolean;
  onOpenChange: (open: boolean) => void;
  wide?: boolean;
  /** It asks for a decision. */
  alert?: boolean;
  dismissable?: boolean;
  children: ReactNode;
}) {
  const t = useTranslations('common');
  return (
    <ModalOverlay
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      isDismissable={dismissable && !alert}
      isKeyboardDismissDisabled={!dismissable}
      className="fixed inset-0 z-50 grid place-items-end bg-scrim sm:place-items-center sm:p-4"
    >
      <Modal
        className={clsx(
          'scroll-slim max-h-[94dvh] w-full overflow-y-auto rounded-t-xl bg-surface shadow-2 sm:rounded-xl',
          wide ? 'sm:max-w-[920px]' : 'sm:max-w-[520px]',
        )}
      >
        <AriaDialog role={alert ? 'alertdialog' : 'dialog'} className="outline-none">
          <header className="flex min-h-14 items-center justify-between gap-3 border-b border-line py-2 pr-3 pl-5">
            <Heading slot="title" level={2} className="text-lg font-bold">
              {title}
            </Heading>
            {dismissable && <IconButton label={t('close')} icon={X} onPress={() => onOpenChange(false)} />}
          </header>
          {children}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}

export const DialogBody = ({ children }: { children: ReactNode }) => <div className="space-y-4 p-5">{children}</div>;

export const DialogFooter = ({ children }: { children: ReactNode }) => (
  <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{children}</footer>
);
