import { useTranslations } from 'use-intl';
import { queryClient } from '../api/client';
import { acceptSession, useSession } from '../api/session';
import { sessionEnd } from '../api/session-end';
import type { Session } from '../api/types';
import { SignInForm } from '../features/login/SignInForm';
import { Dialog, DialogBody } from '../ui/Dialog';

/** Signing in again, over a page whose text stays as it is. */
export function SessionEndDialog() {
  const t = useTranslations('session');
  const before = useSession();

  const resume = (session: Session) => {
    sessionEnd.set(false);
    if (session.user.id !== before.user.id) {
      // Somebody else: nothing of the former person's may stay on the screen.
      queryClient.clear();
      location.assign('/');
      return;
    }
    acceptSession(session);
    void queryClient.invalidateQueries();
  };

  return (
    <Dialog title={t('endedTitle')} isOpen onOpenChange={() => {}} dismissable={false}>
      <DialogBody>
        <p className="text-sm text-ink-2">{t('ended')}</p>
        <SignInForm email={before.user.email} onSignedIn={resume} />
      </DialogBody>
    </Dialog>
  );
}
