import { Link } from '@tanstack/react-router';
import { Siren } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { buttonLook } from '../../ui/Button';
import { Notice } from '../../ui/ProblemNotice';

/** Why a message of an alert offers nothing that other posts do, and where it is led. */
export function OfAlert({ id }: { id: string }) {
  const t = useTranslations('post');
  return (
    <div className="border-t border-line px-4 py-3.5">
      <Notice tone="info">
        <p>{t('ofAlert')}</p>
        <Link to="/crisis/$id" params={{ id }} className={buttonLook('secondary', 'sm', 'mt-1')}>
          <Siren size={15} aria-hidden />
          {t('alertBoard')}
        </Link>
      </Notice>
    </div>
  );
}
