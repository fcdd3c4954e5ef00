import { Link } from '@tanstack/react-router';
import { Siren } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { useSession } from '../../api/session';
import type { BroadcastSummary, Contact } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { Button, buttonLook } from '../../ui/Button';
import { Contacts } from './Contacts';
import { Card } from './Frame';

/** Somebody was faster: their alert, instead of the form for a second one. */
export function Running({
  running,
  exercise,
  contacts,
  onAlongside,
}: {
  running: BroadcastSummary[];
  exercise: boolean;
  contacts: Contact[];
  onAlongside: () => void;
}) {
  const t = useTranslations('alert');
  const format = useDates();
  const { user } = useSession();
  return (
    <div className="mx-auto max-w-[860px] space-y-5 px-4 py-4 lg:px-8">
      {running.map((b) => (
        <Card key={b.id}>
          <div className="flex flex-wrap items-start gap-x-4 gap-y-3 pt-2">
            <span className="grid size-12 shrink-0 place-items-center rounded-lg bg-act text-white">
              <Siren size={26} aria-hidden />
            </span>
            <div className="min-w-0 flex-1 basis-60">
              <h2 className="text-lg leading-snug font-bold break-words">
                {t('alreadyBy', {
                  who: b.opened_by,
                  at: format(b.opened_at, 'time'),
                  mine: String(b.opened_by === user.name),
                  exercise: String(b.exercise),
                })}
              </h2>
              <p className="mt-1 break-words text-ink-2">
                {b.title} · {b.reference}
              </p>
              <p className="mt-1 text-sm text-ink-2">
                {b.status === 'awaiting_confirmation' ? t('awaits') : t('sentOf', { sent: b.sent, total: b.total })}
              </p>
            </div>
            <Link to="/crisis/$id" params={{ id: b.id }} className={buttonLook('primary', 'lg', 'max-sm:w-full')}>
              {b.status === 'awaiting_confirmation' && b.opened_by !== user.name ? t('openToConfirm') : t('open')}
              <span className="sr-only"> {b.title}</span>
            </Link>
          </div>
        </Card>
      ))}
      {!exercise && (
        <p className="text-sm text-ink-2">
          {t('alongsideWhy')}{' '}
          <Button variant="ghost" size="sm" className="underline underline-offset-3" onPress={onAlongside}>
            {t('alongside')}
          </Button>
        </p>
      )}
      <Contacts contacts={contacts} wide />
    </div>
  );
}
