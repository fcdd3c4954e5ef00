import { Link } from '@tanstack/react-router';
import { FlaskConical, Plug } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { isAdministrator, useSession } from '../../api/session';
import { buttonLook } from '../../ui/Button';
import { Panel } from '../../ui/Panel';

/** Without a channel there is one thing to do first. */
export function Newcomer() {
  const t = useTranslations('today');
  const administrator = isAdministrator(useSession());
  return (
    <Panel title={t('welcome')}>
      <div className="space-y-4 px-4 pb-5">
        <p className="max-w-prose text-ink-2">{administrator ? t('welcomeWhat') : t('welcomeAuthor')}</p>
        {administrator && (
          <p className="flex flex-wrap gap-2">
            <Link to="/sandbox" className={buttonLook('primary')}>
              <FlaskConical size={17} aria-hidden />
              {t('toSandbox')}
            </Link>
            <Link to="/channels" className={buttonLook()}>
              <Plug size={17} aria-hidden />
              {t('toConnect')}
            </Link>
          </p>
        )}
      </div>
    </Panel>
  );
}
