import { Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { RecurrenceTopic } from '../../api/events';
import { useLanguage } from '../../i18n';
import { Button, IconButton } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Select } from '../../ui/Select';
import { ChannelsField } from './ChannelsField';
import { RuleField } from './RuleField';
import type { RecurrenceForm } from './recurrenceForm';
import { LinesField } from './TextField';
import { dayWords } from './when';

const TOPICS: RecurrenceTopic[] = ['waste', 'market', 'office', 'other'];
type Set = (changed: Partial<RecurrenceForm>) => void;

/** What comes again, how long before it is announced, in which words and where. */
export function RecurrenceFields({ form, set, byRule }: { form: RecurrenceForm; set: Set; byRule: boolean }) {
  const t = useTranslations('recurrences');
  const topic = useTranslations('topic');
  return (
    <div className="space-y-4 px-4 pb-4">
      <div className="grid gap-3 sm:grid-cols-[1fr_200px]">
        <Field
          label={t('name')}
          name="name"
          isRequired
          maxLength={120}
          value={form.name}
          onChange={(name) => set({ name })}
        />
        <Select
          label={t('topic')}
          value={form.topic}
          onChange={(id) => set({ topic: id as RecurrenceTopic })}
          choices={TOPICS.map((id) => ({ value: id, label: topic(id) }))}
        />
      </div>
      {byRule && (
        <>
          {form.written === null ? (
            <RuleField value={form.rule} onChange={(rule) => set({ rule })} />
          ) : (
            <Field
              label={t('written')}
              help={t('writtenHelp')}
              name="rule"
              isRequired
              value={form.written}
              onChange={(written) => set({ written })}
            />
          )}
          <Field
            label={t('startsOn')}
            name="starts_on"
            type="date"
            isRequired
            value={form.startsOn}
            onChange={(startsOn) => set({ startsOn })}
          />
          <Exceptions value={form.exceptions} onChange={(exceptions) => set({ exceptions })} />
        </>
      )}
      <div className="grid grid-cols-2 gap-3">
        <Field
          label={t('before')}
          name="before"
          type="number"
          isRequired
          value={String(form.before)}
          onChange={(n) => set({ before: Math.min(60, Math.max(0, Math.round(Number(n)) || 0)) })}
          input={{ min: 0, max: 60 }}
        />
        <Field label={t('at')} name="at" type="time" isRequired value={form.at} onChange={(at) => set({ at })} />
      </div>
      <Texts value={form.texts} onChange={(texts) => set({ texts })} />
      <Field label={t('link')} name="link" type="url" value={form.link} onChange={(link) => set({ link })} />
      <ChannelsField value={form.channels} onChange={(channels) => set({ channels })} />
    </div>
  );
}

function Exceptions({ value, onChange }: { value: string[]; onChange: (days: string[]) => void }) {
  const t = useTranslations('recurrences');
  const { locale } = useLanguage();
  const [day, setDay] = useState('');
  return (
    <fieldset className="space-y-2">
      <legend className="text-sm font-semibold">{t('exceptions')}</legend>
      <ul className="flex flex-wrap gap-2 empty:hidden">
        {value.map((d) => (
          <li
            key={d}
            className="inline-flex items-center rounded-full border border-line-strong bg-surface pl-3 text-sm"
          >
            {dayWords(d, locale)}
            <IconButton
              label={t('removeException', { day: dayWords(d, locale) })}
              icon={Trash2}
              onPress={() => onChange(value.filter((v) => v !== d))}
            />
          </li>
        ))}
      </ul>
      <div className="flex items-end gap-2">
        <Field label={t('exceptionDay')} type="date" value={day} onChange={setDay} className="flex-1" />
        <Button
          isDisabled={day === '' || value.includes(day)}
          onPress={() => {
            onChange([...value, day].toSorted());
            setDay('');
          }}
        >
          <Plus size={16} aria-hidden />
          {t('addException')}
        </Button>
      </div>
    </fieldset>
  );
}

const BLANKS = ['libelle', 'date', 'compte', 'nom'] as const;

function Texts({ value, onChange }: { value: string[]; onChange: (texts: string[]) => void }) {
  const t = useTranslations('recurrences');
  return (
    <fieldset className="space-y-3">
      <legend className="text-sm font-semibold">{t('texts')}</legend>
      <p className="text-sm text-ink-2">
        {value.length === 0 ? t('textsProduct') : t('textsOwn', { blanks: BLANKS.map((b) => `{${b}}`).join(' ') })}
      </p>
      {value.map((text, i) => (
        <div key={i} className="flex items-start gap-2">
          <div className="flex-1">
            <LinesField
              label={t('nthText', { n: i + 1 })}
              value={text}
              onChange={(changed) => onChange(value.with(i, changed))}
            />
          </div>
          <IconButton
            label={t('removeText', { n: i + 1 })}
            icon={Trash2}
            onPress={() => onChange(value.toSpliced(i, 1))}
          />
        </div>
      ))}
      {value.length < 20 && (
        <Button
          size="sm"
          variant="ghost"
          className="-ml-2.5"
          onPress={() => onChange([...value, '{libelle} : {date}.'])}
        >
          <Plus size={16} aria-hidden />
          {t('addText')}
        </Button>
      )}
    </fieldset>
  );
}
