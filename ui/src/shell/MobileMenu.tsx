import { Link } from '@tanstack/react-router';
import { LogOut, Menu as MenuIcon, Siren } from 'lucide-react';
import { Dialog, DialogTrigger, Popover } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { mayAlert, useSession } from '../api/session';
import { Button, buttonLook, IconButton } from '../ui/Button';
import { LanguageToggle, ThemeToggle } from './Preferences';
import { REST } from './pages';
import { useSignOut } from './useSignOut';

/** On a phone, what the rail has at its foot. */
export function MobileMenu() {
  const t = useTranslations('nav');
  const session = useSession();
  const { user, commune } = session;
  const { signOut, isPending } = useSignOut();
  return (
    <div className="lg:hidden">
      <DialogTrigger>
        <IconButton label={t('menu')} icon={MenuIcon} />
        <Popover placement="bottom end" className="w-64 rounded-lg border border-line bg-surface p-4 shadow-2">
          <Dialog aria-label={t('menu')} className="space-y-3 outline-none">
            <div>
              <p className="truncate text-sm font-bold">{user.name}</p>
              <p className="truncate text-sm text-ink-2">{commune.name}</p>
            </div>
            <div className="flex gap-1">
              <ThemeToggle />
              <LanguageToggle />
            </div>
            {mayAlert(session) && (
              <Link to="/crisis" className={buttonLook('danger', 'md', 'w-full')}>
                <Siren size={17} aria-hidden />
                {t('alert')}
              </Link>
            )}
            <nav aria-label={t('more')} className="flex flex-col gap-1">
              {REST.map(({ to, key, icon: Icon }) => (
                <Link key={key} to={to} className={buttonLook('ghost', 'md', 'w-full justify-start')}>
                  <Icon size={17} aria-hidden />
                  {t(key)}
                </Link>
              ))}
            </nav>
            <Button className="w-full" isPending={isPending} onPress={signOut}>
              <LogOut size={17} aria-hidden />
              {t('signOut')}
            </Button>
          </Dialog>
        </Popover>
      </DialogTrigger>
    </div>
  );
}
