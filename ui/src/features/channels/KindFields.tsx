import { useTranslations } from 'use-intl';
import type { Kind, SettingField } from '../../api/types';
import { Field } from '../../ui/Field';

export type KindValues = { settings: Record<string, string>; credentials: Record<string, string> };

/** The form names, which are also the paths of the server's messages. */
const nameOf = (group: keyof KindValues, field: SettingField) => `${group}.${field.name}`;

/** Reads what was typed; what was left empty is left out. */
export function readKindValues(kind: Kind, form: FormData): KindValues {
  const read = (group: keyof KindValues) =>
    Object.fromEntries(
      kind[group]
        .map((field) => [field.name, String(form.get(nameOf(group, field)) ?? '').trim()] as const)
        .filter(([, value]) => value !== ''),
    );
  return { settings: read('settings'), credentials: read('credentials') };
}

/** A form made from what the network asks for, as the server lists it. */
export function KindFields({ kind, settings = {} }: { kind: Kind; settings?: Record<string, string> }) {
  const t = useTranslations('channels');
  const field = (group: keyof KindValues) => (f: SettingField) => (
    <Field
      key={nameOf(group, f)}
      name={nameOf(group, f)}
      label={f.label}
      help={f.help}
      isRequired={f.required}
      type={f.secret ? 'password' : 'text'}
      autoComplete="off"
      spellCheck="false"
      {...(group === 'settings' ? { defaultValue: settings[f.name] ?? '' } : {})}
    />
  );
  const secrets = kind.credentials.some((f) => f.secret);
  return (
    <>
      {kind.settings.map(field('settings'))}
      {kind.credentials.map(field('credentials'))}
      {secrets && <p className="text-sm text-ink-2">{t('sealed')}</p>}
    </>
  );
}
