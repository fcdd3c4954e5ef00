import { useNavigate, useSearch } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { queryClient } from '../../api/client';
import { acceptSession } from '../../api/session';
import type { Session } from '../../api/types';
import { FrontPage } from './FrontPage';
import { SignInForm } from './SignInForm';

export function LoginPage() {
  const t = useTranslations('session');
  const { next } = useSearch({ from: '/login' });
  const navigate = useNavigate();
  const enter = (session: Session) => {
    queryClient.clear();
    acceptSession(session);
    void navigate({ to: next ?? '/' });
  };
  return (
    <FrontPage title={t('title')}>
      <SignInForm onSignedIn={enter} />
    </FrontPage>
  );
}
