import { Link, Outlet, useLocation, useMatches, useRouter } from '@tanstack/react-router';
import clsx from 'clsx';
import { LogOut, Plus, Siren } from 'lucide-react';
import { lazy, Suspense, useEffect, useSyncExternalStore } from 'react';
import { useTranslations } from 'use-intl';
import { useLiveUpdates } from '../api/live';
import { mayAlert, useSession } from '../api/session';
import { sessionEnd } from '../api/session-end';
import { IconButton } from '../ui/Button';
import { Later } from '../ui/Later';
import { Toasts } from '../ui/toast';
import { useWide } from '../ui/useWide';
import { Attention } from './Attention';
import { ConnectionBanner } from './ConnectionBanner';
import { LanguageToggle, ThemeToggle } from './Preferences';
import { CALENDAR, ENTRIES, type Entry, POSTS, TODAY } from './pages';
import { Shortcuts } from './Shortcuts';
import { UpdateBanner } from './UpdateBanner';
import { useSignOut } from './useSignOut';
import { Mark } from './Wordmark';

const SessionEndDialog = lazy(() => import('./SessionEndDialog').then((m) => ({ default: m.SessionEndDialog })));

const ON_NAV = 'text-nav-ink hover:bg-white/10 hover:text-white';

function Rail() {
  const t = useTranslations('nav');
  const role = useTranslations('role');
  const session = useSession();
  const { user, commune } = session;
  const { signOut, isPending } = useSignOut();
  return (
    <aside
      aria-label={t('rail')}
      className="scroll-slim relative flex flex-col overflow-y-auto bg-nav px-3 pt-4 pb-3 print:hidden"
    >
      <div className="mb-4 flex items-center gap-2.5 px-1">
        <Mark />
        <div className="min-w-0 leading-tight">
          <p className="truncate text-sm font-bold text-white">{commune.name}</p>
          <p className="truncate text-xs text-nav-ink">Crieur</p>
        </div>
      </div>
      <nav aria-label={t('main')} className="flex flex-1 flex-col gap-0.5">
        <Link
          to="/compose"
          data-button
          className="mb-4 flex h-11 items-center justify-center gap-2 rounded-md bg-nav-new text-sm font-bold text-nav-new-ink hover:bg-nav-new-hover"
        >
          <Plus size={18} strokeWidth={2.5} aria-hidden />
          {t('new')}
        </Link>
        {ENTRIES.map(({ to, key, icon: Icon }) => (
          <Link
            key={key}
            to={to}
            activeOptions={{ exact: to === '/' }}
            className="group relative flex h-9 items-center gap-3 rounded-md px-3 text-sm font-medium text-nav-ink hover:bg-white/8 hover:text-white data-[status=active]:bg-white/12 data-[status=active]:font-semibold data-[status=active]:text-white"
          >
            <span
              aria-hidden
              className="absolute top-2 bottom-2 -left-3 w-1 rounded-r bg-nav-new opacity-0 group-data-[status=active]:opacity-100"
            />
            <Icon size={18} aria-hidden className="shrink-0 opacity-90" />
            {t(key)}
          </Link>
        ))}
        {mayAlert(session) && (
          <Link
            to="/crisis"
            data-button
            className="mt-auto flex h-11 items-center gap-3 rounded-md border border-alarm bg-alarm-deep/60 px-3 text-sm font-bold text-white hover:bg-alarm"
          >
            <Siren size={18} aria-hidden className="shrink-0" />
            {t('alert')}
          </Link>
        )}
      </nav>
      <div className="mt-3 border-t border-nav-line px-1 pt-3">
        <p className="truncate text-sm font-semibold text-white">{user.name}</p>
        <div className="flex items-center gap-0.5">
          <p className="mr-auto truncate text-xs text-nav-ink">{role(user.role)}</p>
          <LanguageToggle className={ON_NAV} />
          <ThemeToggle className={ON_NAV} />
          <IconButton label={t('signOut')} icon={LogOut} className={ON_NAV} isDisabled={isPending} onPress={signOut} />
        </div>
      </div>
    </aside>
  );
}

function BottomBar() {
  const t = useTranslations('nav');
  const alerts = mayAlert(useSession());
  const look =
    'group flex h-16 flex-col items-center justify-center gap-1 text-xs font-semibold text-nav-ink data-[status=active]:text-white';
  const item = ({ to, key, icon: Icon }: Entry) => (
    <Link key={key} to={to} activeOptions={{ exact: to === '/' }} className={look}>
      <span className="grid h-7 w-12 place-items-center rounded-full group-data-[status=active]:bg-white/15">
        <Icon size={20} aria-hidden />
      </span>
      {t(key)}
    </Link>
  );
  return (
    <nav
      aria-label={t('main')}
      className="fixed inset-x-0 bottom-0 z-30 grid auto-cols-fr grid-flow-col border-t border-nav-line bg-nav pb-[env(safe-area-inset-bottom)] print:hidden"
    >
      {item(TODAY)}
      {item(CALENDAR)}
      <Link to="/compose" aria-label={t('new')} className="flex h-16 items-center justify-center">
        <span className="grid size-12 place-items-center rounded-xl bg-nav-new text-nav-new-ink">
          <Plus size={24} strokeWidth={2.5} aria-hidden />
        </span>
      </Link>
      {item(POSTS)}
      {alerts && (
        <Link to="/crisis" className={look}>
          <span className="grid h-7 w-12 place-items-center rounded-full bg-alarm text-white">
            <Siren size={20} aria-hidden />
          </span>
          {t('alert')}
        </Link>
      )}
    </nav>
  );
}

/** The page for alerts is there before it is needed: when it is, the line may be gone. */
function useAlertAtHand(wanted: boolean) {
  const router = useRouter();
  useEffect(() => {
    if (!wanted) return;
    const id = setTimeout(() => void router.preloadRoute({ to: '/crisis' }).catch(() => {}), 4_000);
    return () => clearTimeout(id);
  }, [router, wanted]);
}

/** Around every page for which one must be signed in. First the frame, then the page in it. */
export const AppShell = () => (
  <Later>
    <Shell />
  </Later>
);

function Shell() {
  const t = useTranslations('nav');
  const wide = useWide();
  const composing = useLocation({ select: ({ pathname }) => pathname.startsWith('/compose') });
  const focus = useMatches({ select: (matches) => matches.some((m) => m.staticData.focus) });
  useAlertAtHand(mayAlert(useSession()));
  const connection = useLiveUpdates();
  const ended = useSyncExternalStore(sessionEnd.subscribe, sessionEnd.get);
  return (
    <div className={clsx('lg:h-dvh print:block print:h-auto', focus ? 'lg:flex' : 'lg:grid lg:grid-cols-[232px_1fr]')}>
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-surface px-4 py-2 font-semibold text-ink focus:not-sr-only focus:fixed focus:top-3 focus:left-3"
      >
        {t('skip')}
      </a>
      {wide && !focus && <Rail />}
      <main
        id="main"
        tabIndex={-1}
        className={clsx(
          'flex min-h-dvh min-w-0 flex-1 flex-col outline-none lg:min-h-0 print:block',
          !composing && !focus && 'max-lg:pb-[76px]',
        )}
      >
        <ConnectionBanner state={connection} />
        {!focus && !composing && <UpdateBanner />}
        {!focus && <Attention />}
        <div className="relative flex-1 lg:min-h-0 lg:overflow-y-auto print:overflow-visible">
          <Later>
            <Outlet />
          </Later>
        </div>
      </main>
      {!wide && !composing && !focus && <BottomBar />}
      {ended && (
        <Suspense>
          <SessionEndDialog />
        </Suspense>
      )}
      {!focus && <Shortcuts />}
      <Toasts />
    </div>
  );
}
