import { Link } from '@tanstack/react-router';
import { useTranslations } from 'use-intl';
import { Button, buttonLook } from '../../ui/Button';
import { BlankText } from './BlankText';
import type { ShownTemplate } from './templateList';

/** One template: what it is for and how it begins. */
export function TemplateCard({ shown, onOpen }: { shown: ShownTemplate; onOpen: () => void }) {
  const t = useTranslations('templatePages');
  const { template, replaces } = shown;
  const origin = template.builtin ? t('provided') : replaces ? t('yours') : template.origin || t('own');
  return (
    <li className="flex flex-col rounded-lg border border-line bg-surface p-4 shadow-1">
      <h3 className="text-base font-semibold break-words">{template.name}</h3>
      <p className="mt-0.5 text-xs text-ink-3">{origin}</p>
      <p className="mt-2 line-clamp-4 text-sm break-words whitespace-pre-line text-ink-2">
        <BlankText text={template.text} />
      </p>
      <div className="mt-auto flex flex-wrap gap-2 pt-3">
        <Link to="/compose" search={{ template: template.id }} className={buttonLook('primary', 'sm')}>
          {t('use')}
          <span className="sr-only"> {template.name}</span>
        </Link>
        <Button size="sm" onPress={onOpen}>
          {t('read')}
          <span className="sr-only"> {template.name}</span>
        </Button>
      </div>
    </li>
  );
}
