import { useTranslations } from 'use-intl';
import { Field } from '../../ui/Field';

const folded = (text: string) => text.trim().replace(/\s+/g, ' ').toLocaleLowerCase();

/** A deliberate act, without holding or dragging: the name is written out. */
export function ConfirmByName({ name }: { name: string }) {
  const t = useTranslations('goLive');
  return (
    <Field
      label={t('typeName', { name })}
      isRequired
      autoComplete="off"
      spellCheck="false"
      validate={(typed) => (folded(typed) === folded(name) ? null : t('notTheName', { name }))}
    />
  );
}

/** What going live means, before it is done. */
export function GoLiveFacts({ name }: { name: string }) {
  const t = useTranslations('goLive');
  return (
    <ul className="list-disc space-y-1.5 pl-5 text-sm">
      <li>{t('factReal', { name })}</li>
      <li>{t('factWaiting')}</li>
      <li>{t('factCheck')}</li>
      <li>{t('factBack')}</li>
    </ul>
  );
}
