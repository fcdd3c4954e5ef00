import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { crisisQuery, crisisSettingsQuery } from '../../api/crisis';
import { toProblem } from '../../api/problem';
import type { Contact, CrisisSettings } from '../../api/types';
import { Button, IconButton } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Panel } from '../../ui/Panel';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { ContactList } from '../crisis/Contacts';

type Line = Contact & { key: number };
const MOST = 20;

/** Whom to call in a crisis: on the page of alerts, and in sight when the network is gone. */
export function ContactsPanel({ settings, editable }: { settings: CrisisSettings; editable: boolean }) {
  const t = useTranslations('alertSettings');
  const [lines, setLines] = useState<Line[] | null>(null);
  const save = $api.useMutation('put', '/crisis/settings', {
    onSuccess: (saved) => {
      queryClient.setQueryData(crisisSettingsQuery.queryKey, saved);
      void queryClient.invalidateQueries({ queryKey: crisisQuery.queryKey });
      setLines(null);
      say(t('saved'));
    },
  });
  const edit = () => setLines(settings.contacts.map((c, key) => ({ ...c, key })));
  const change = (key: number, changed: Partial<Contact>) =>
    setLines((all) => all?.map((line) => (line.key === key ? { ...line, ...changed } : line)) ?? null);
  const submit = () =>
    lines &&
    save.mutate({ body: { ...settings, contacts: lines.map(({ name, role, phone }) => ({ name, role, phone })) } });
  return (
    <Panel
      title={t('contacts')}
      action={
        editable &&
        !lines && (
          <Button size="sm" onPress={edit}>
            {t('edit')}
            <span className="sr-only"> {t('contacts')}</span>
          </Button>
        )
      }
    >
      <div className="space-y-4 border-t border-line px-4 py-4">
        <p className="text-sm text-ink-2">{t('contactsHint')}</p>
        {!lines && settings.contacts.length > 0 && <ContactList contacts={settings.contacts} wide />}
        {lines && (
          <>
            <ul className="space-y-4">
              {lines.map((line, i) => (
                <li
                  key={line.key}
                  className="grid items-end gap-2 border-b border-line pb-4 sm:grid-cols-[1fr_1fr_11rem_auto]"
                >
                  <Field
                    label={t('name')}
                    value={line.name}
                    onChange={(name) => change(line.key, { name })}
                    isRequired
                  />
                  <Field label={t('role')} value={line.role} onChange={(role) => change(line.key, { role })} />
                  <Field
                    label={t('phone')}
                    type="tel"
                    value={line.phone}
                    onChange={(phone) => change(line.key, { phone })}
                    isRequired
                  />
                  <IconButton
                    label={t('removeContact', { n: i + 1 })}
                    icon={Trash2}
                    onPress={() => setLines(lines.filter((x) => x.key !== line.key))}
                  />
                </li>
              ))}
            </ul>
            {save.error && <ProblemNotice problem={toProblem(save.error)} />}
            <div className="flex flex-wrap gap-2">
              <Button
                isDisabled={lines.length >= MOST}
                onPress={() =>
                  setLines([
                    ...lines,
                    { key: Math.max(0, ...lines.map((x) => x.key)) + 1, name: '', role: '', phone: '' },
                  ])
                }
              >
                <Plus size={17} aria-hidden />
                {t('addContact')}
              </Button>
              <span className="flex-1" />
              <Button onPress={() => setLines(null)}>{t('cancel')}</Button>
              <Button variant="primary" isPending={save.isPending} onPress={submit}>
                {t('save')}
              </Button>
            </div>
          </>
        )}
      </div>
    </Panel>
  );
}
