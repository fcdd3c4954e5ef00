import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { CalendarHeart, LayoutTemplate } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button, buttonLook } from '../../ui/Button';

/** Other ways to begin than an empty field. */
export function StartPoints({ onTemplate, className }: { onTemplate: () => void; className: string }) {
  const t = useTranslations('fromTemplate');
  return (
    <div className={clsx('items-center gap-1', className)}>
      <Button variant="ghost" size="sm" onPress={onTemplate}>
        <LayoutTemplate size={17} aria-hidden />
        {t('start')}
      </Button>
      <Link to="/events/new" className={buttonLook('ghost', 'sm')}>
        <CalendarHeart size={17} aria-hidden />
        {t('event')}
      </Link>
    </div>
  );
}
