import { WifiOff } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Contact } from '../../api/types';
import { ContactList } from './Contacts';
import { CopyButton } from './CopyButton';

/** In place of the button: what did not happen, whom to call, and the words to say it with. */
export function NoNetwork({
  unsure,
  nothingSent,
  contacts,
  text,
}: {
  /** A try was cut off: nobody can say yet. */
  unsure: boolean;
  /** What did not leave. */
  nothingSent: string;
  contacts: Contact[];
  text: string;
}) {
  const t = useTranslations('alert');
  return (
    <div className="rounded-xl border-2 border-pending bg-bg p-4">
      <div role="alert" className="flex gap-3">
        <WifiOff size={24} aria-hidden className="mt-0.5 shrink-0 text-pending" />
        <div>
          <p className="text-lg leading-snug font-bold">{unsure ? t('unsure') : nothingSent}</p>
          <p className="mt-1 text-sm text-ink-2">{unsure ? t('unsureStep') : t('offlineStep')}</p>
        </div>
      </div>
      {contacts.length > 0 && (
        <div className="mt-2 max-lg:max-h-40 max-lg:overflow-y-auto">
          <ContactList contacts={contacts} />
        </div>
      )}
      {text && (
        <div className="mt-3">
          <CopyButton text={text} label={t('copyText')} size="lg" />
        </div>
      )}
    </div>
  );
}
