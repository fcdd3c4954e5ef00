import clsx from 'clsx';
import { PhoneCall } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Contact } from '../../api/types';
import { Card } from './Frame';

/** Whom to call: one tap. */
export function ContactList({ contacts, wide = false }: { contacts: Contact[]; wide?: boolean }) {
  return (
    <ul className={clsx('grid gap-x-8', wide ? 'sm:grid-cols-2' : 'divide-y divide-line')}>
      {contacts.map((c) => (
        <li key={`${c.name} ${c.phone}`} className="flex min-h-12 items-center justify-between gap-3 py-1">
          <span className="min-w-0 text-sm leading-tight">
            <span className="block font-semibold break-words">{c.name}</span>
            {c.role && <span className="block text-xs break-words text-ink-2">{c.role}</span>}
          </span>
          <a
            href={`tel:${c.phone.replaceAll(/[^+\d]/g, '')}`}
            className="inline-flex h-11 shrink-0 items-center gap-1.5 rounded px-1 font-semibold whitespace-nowrap underline-offset-3 hover:underline"
          >
            <PhoneCall size={16} aria-hidden />
            {c.phone}
          </a>
        </li>
      ))}
    </ul>
  );
}

export function Contacts({ contacts, wide = false }: { contacts: Contact[]; wide?: boolean }) {
  const t = useTranslations('alert');
  return (
    <Card title={t('contacts')}>
      {contacts.length === 0 ? (
        <p className="text-sm text-ink-2">{t('noContacts')}</p>
      ) : (
        <ContactList contacts={contacts} wide={wide} />
      )}
    </Card>
  );
}
