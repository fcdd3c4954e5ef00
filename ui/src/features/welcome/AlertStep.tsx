import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { GraduationCap, UserRoundCog } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { usersQuery } from '../../api/crisis';
import { buttonLook } from '../../ui/Button';

/** Who may raise an alert, and a first exercise, on a quiet day. */
export function AlertStep() {
  const t = useTranslations('welcome');
  const { users } = useSuspenseQuery(usersQuery).data;
  const may = users.filter((u) => u.crisis || u.role === 'administrator');
  return (
    <>
      <p className="text-sm text-ink-2">{t('alertWhat')}</p>
      <div>
        <h3 className="text-sm font-semibold">{t('mayRaise', { n: may.length })}</h3>
        <ul className="mt-1 list-disc pl-5 text-sm">
          {may.map((u) => (
            <li key={u.id}>{u.name}</li>
          ))}
        </ul>
      </div>
      <div className="flex flex-wrap gap-2">
        <Link to="/crisis" search={{ exercise: true }} className={buttonLook('primary')}>
          <GraduationCap size={17} aria-hidden />
          {t('exercise')}
        </Link>
        <Link to="/settings/alerts" className={buttonLook()}>
          <UserRoundCog size={17} aria-hidden />
          {t('people')}
        </Link>
      </div>
    </>
  );
}
