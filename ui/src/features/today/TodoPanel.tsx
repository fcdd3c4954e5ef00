import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Panel } from '../../ui/Panel';
import { TodoRow } from './TodoRow';
import type { Todo } from './todo';

/** A page that begins with more than this frightens; the rest is one click away. */
const SHOWN = 8;

const keyOf = (todo: Todo) =>
  todo.is === 'notice' ? todo.notice.id : todo.is === 'channel' ? todo.channel.id : todo.is;

/** What waits for a person, each with the one thing to do about it. */
export function TodoPanel({ todo }: { todo: Todo[] | undefined }) {
  const t = useTranslations('today');
  const rest = (todo?.length ?? 0) - SHOWN;
  return (
    <Panel title={t('todo')}>
      {!todo ? (
        <p className="border-t border-line px-4 py-5 text-sm text-ink-2">{t('looking')}</p>
      ) : todo.length === 0 ? (
        <p className="flex items-center gap-3 border-t border-line px-4 py-5">
          <CircleCheck size={22} aria-hidden className="shrink-0 text-published" />
          {t('nothingToDo')}
        </p>
      ) : (
        <ul className="divide-y divide-line border-t border-line">
          {todo.slice(0, SHOWN).map((one) => (
            <TodoRow key={keyOf(one)} todo={one} />
          ))}
        </ul>
      )}
      {rest > 0 && (
        <p className="border-t border-line px-4 py-3 text-sm">
          <Link to="/notices" className="font-semibold text-accent-ink hover:underline">
            {t('moreToDo', { n: rest })}
          </Link>
        </p>
      )}
    </Panel>
  );
}
