import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useRef, useState } from 'react';
import { Checkbox } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { recipesQuery, type SeriesStep, templatesQuery } from '../../api/events';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { Select } from '../../ui/Select';
import { StepTiming } from './StepTiming';
import { LinesField } from './TextField';
import { Tick } from './Tick';

const KINDS = ['announce', 'countdown', 'last_places', 'practical', 'today', 'thanks'] as const;
const OWN = 'own';
const PRODUCT = '';

/** One announcement of a series: when it leaves and what it says. */
export function StepDialog({
  step,
  wording,
  known,
  severalDates,
  onSave,
  onRemove,
  onClose,
}: {
  step: SeriesStep;
  /** The words that it has now, with their blanks. */
  wording: { title: string; text: string } | undefined;
  known: boolean;
  severalDates: boolean;
  onSave: (step: SeriesStep) => void;
  onRemove: () => void;
  onClose: () => void;
}) {
  const t = useTranslations('events');
  const kind = useTranslations('announcementKind');
  const [draft, setDraft] = useState(step);
  const [source, setSource] = useState(step.template && !step.text ? step.template : step.text ? OWN : PRODUCT);
  const [words, setWords] = useState({
    title: step.title ?? wording?.title ?? '',
    text: step.text ?? wording?.text ?? '',
  });
  const text = useRef<HTMLTextAreaElement>(null);
  const blanks = useQuery(recipesQuery).data?.blanks ?? [];
  const templates = useQuery(templatesQuery).data?.templates ?? [];
  const insert = (blank: string) => {
    const at = text.current?.selectionStart ?? words.text.length;
    setWords({ ...words, text: `${words.text.slice(0, at)}{${blank}}${words.text.slice(at)}` });
    setSource(OWN);
    text.current?.focus();
  };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const own = source === OWN;
    onSave({
      ...draft,
      template: own || source === PRODUCT ? null : source,
      title: own ? words.title : null,
      text: own ? words.text : null,
    });
  };
  return (
    <Dialog title={known ? t('editAnnouncement') : t('newAnnouncement')} isOpen onOpenChange={onClose} wide>
      <form onSubmit={submit}>
        <DialogBody>
          <StepTiming step={draft} onChange={setDraft} />
          <div className="grid gap-3 sm:grid-cols-2">
            <Select
              label={t('kind')}
              value={draft.kind ?? 'announce'}
              onChange={(k) => setDraft({ ...draft, kind: k as (typeof KINDS)[number] })}
              choices={KINDS.map((k) => ({ value: k, label: kind(k) }))}
            />
            <Select
              label={t('wordsFrom')}
              value={source}
              onChange={setSource}
              choices={[
                { value: PRODUCT, label: t('wordsProduct') },
                { value: OWN, label: t('wordsOwn') },
                ...templates
                  .filter((m) => m.circumstance === 'events' || m.circumstance === 'participation')
                  .map((m) => ({ value: m.id, label: t('wordsTemplate', { name: m.name }) })),
              ]}
            />
          </div>
          {source === OWN ? (
            <div className="space-y-3">
              <Field
                label={t('announcementTitle')}
                value={words.title}
                onChange={(title) => setWords({ ...words, title })}
              />
              <LinesField
                label={t('announcementText')}
                rows={8}
                textRef={text}
                value={words.text}
                onChange={(value) => setWords({ ...words, text: value })}
                help={t('blanksHelp')}
              />
              <div className="flex flex-wrap gap-1.5">
                {blanks.map((b) => (
                  <Button key={b} size="sm" aria-label={t('insertBlank', { name: b })} onPress={() => insert(b)}>
                    {`{${b}}`}
                  </Button>
                ))}
              </div>
            </div>
          ) : (
            <p className="text-sm text-ink-2">{source === PRODUCT ? t('productHelp') : t('templateHelp')}</p>
          )}
          {severalDates && (
            <Checkbox
              isSelected={draft.each_date ?? false}
              onChange={(each_date) => setDraft({ ...draft, each_date })}
              className="group flex min-h-9 cursor-pointer items-center gap-2 text-sm"
            >
              <Tick />
              {t('eachDate')}
            </Checkbox>
          )}
        </DialogBody>
        <DialogFooter>
          {known && (
            <Button variant="ghost" className="mr-auto" onPress={onRemove}>
              {t('removeStep')}
            </Button>
          )}
          <Button onPress={onClose}>{t('back')}</Button>
          <Button variant="primary" type="submit">
            {t('takeOver')}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
