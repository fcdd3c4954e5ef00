import { Link } from '@tanstack/react-router';
import clsx from 'clsx';
import { Megaphone, ShieldCheck, Undo2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { Broadcast } from '../../api/types';
import { buttonLook } from '../../ui/Button';
import type { Act } from './MessagePanel';

const look =
  'flex min-h-14 w-full cursor-pointer items-center justify-center gap-2.5 rounded-xl border-2 px-4 text-base font-bold';

/** What can be said next. */
export function BoardActions({ alert, act, onAct }: { alert: Broadcast; act: Act | null; onAct: (act: Act) => void }) {
  const t = useTranslations('board');
  if (alert.status !== 'active')
    return (
      <div className="mt-4 space-y-2">
        {!alert.exercise && (
          <Link to="/crisis/held" className={buttonLook('primary', 'lg', 'w-full')}>
            {t('toHeld')}
          </Link>
        )}
        <Link to="/crisis/$id/log" params={{ id: alert.id }} className={buttonLook('secondary', 'lg', 'w-full')}>
          {t('toLog', { exercise: String(alert.exercise) })}
        </Link>
      </div>
    );
  const button = (which: Act, className: string, icon: ReactNode, label: string) => (
    <button type="button" aria-pressed={act === which} onClick={() => onAct(which)} className={clsx(look, className)}>
      {icon}
      {label}
    </button>
  );
  return (
    <div className="mt-4 grid gap-2">
      {button(
        'update',
        'border-accent bg-accent text-on-accent hover:bg-accent-hover',
        <Megaphone size={20} aria-hidden />,
        t('update'),
      )}
      {button(
        'end',
        'border-published text-published hover:bg-published-soft',
        <ShieldCheck size={20} aria-hidden />,
        t('end', { exercise: String(alert.exercise) }),
      )}
      {button('correction', 'border-line-strong hover:bg-surface-2', <Undo2 size={20} aria-hidden />, t('falseAlarm'))}
    </div>
  );
}
