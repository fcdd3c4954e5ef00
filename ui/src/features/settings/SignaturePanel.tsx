import { Plus, Trash2 } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Form, Label, Text, TextArea, TextField } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { fieldErrors } from '../../api/problem';
import { Button, IconButton } from '../../ui/Button';
import { Field, inputLook } from '../../ui/Field';
import { readTags } from './hashtags';
import { SavePart } from './SavePart';
import { Section } from './Section';
import { type Publishing, usePublishing } from './usePublishing';

type Line = { key: number; name: string; tags: string };
type Draft = { signature: string; lines: Line[] };

const MOST_GROUPS = 50;
const draftOf = ({ signature, hashtag_groups }: Publishing): Draft => ({
  signature,
  lines: hashtag_groups.map((g, key) => ({ key, name: g.name, tags: g.tags.join(' ') })),
});

/** What is offered at the end of a text. */
export function SignaturePanel() {
  const t = useTranslations('settings');
  const { settings, save, isPending, problem } = usePublishing();
  const [changed, setDraft] = useState<Draft | null>(null);
  const draft = changed ?? draftOf(settings);
  const change = (key: number, part: Partial<Line>) =>
    setDraft({ ...draft, lines: draft.lines.map((l) => (l.key === key ? { ...l, ...part } : l)) });

  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (isPending) return;
    const hashtag_groups = draft.lines.map((l) => ({ name: l.name.trim(), tags: readTags(l.tags) }));
    save({ signature: draft.signature.trim(), hashtag_groups }, () => setDraft(null));
  };

  return (
    <Section id="signature" title={t('signature')} hint={t('signatureHint')}>
      <Form onSubmit={submit} validationErrors={fieldErrors(problem)} className="space-y-5">
        <TextField
          value={draft.signature}
          onChange={(signature) => setDraft({ ...draft, signature })}
          maxLength={500}
          className="block"
        >
          <Label className="mb-1 block text-sm font-semibold">{t('signatureText')}</Label>
          <TextArea rows={3} className={`${inputLook} resize-y py-2`} />
          <Text slot="description" className="mt-1 block text-sm text-ink-2">
            {t('signatureExample')}
          </Text>
        </TextField>
        <fieldset className="space-y-3">
          <legend className="text-sm font-semibold">{t('groups')}</legend>
          <ul className="space-y-3">
            {draft.lines.map((line, i) => (
              <li key={line.key} className="grid items-start gap-2 sm:grid-cols-[12rem_1fr_auto]">
                <Field
                  label={t('groupName')}
                  name={`hashtag_groups.${i}.name`}
                  value={line.name}
                  onChange={(name) => change(line.key, { name })}
                  maxLength={60}
                  isRequired
                />
                <Field
                  label={t('groupTags')}
                  name={`hashtag_groups.${i}.tags`}
                  value={line.tags}
                  onChange={(tags) => change(line.key, { tags })}
                  validate={(tags) => (readTags(tags).length > 0 ? null : t('noTags'))}
                  isRequired
                  spellCheck="false"
                />
                <IconButton
                  icon={Trash2}
                  label={t('removeGroup', { n: i + 1 })}
                  className="text-ink-2 hover:bg-sunken sm:mt-6.5"
                  onPress={() => setDraft({ ...draft, lines: draft.lines.filter((l) => l.key !== line.key) })}
                />
              </li>
            ))}
          </ul>
          {draft.lines.length < MOST_GROUPS && (
            <Button
              size="sm"
              onPress={() => {
                const key = Math.max(-1, ...draft.lines.map((l) => l.key)) + 1;
                setDraft({ ...draft, lines: [...draft.lines, { key, name: '', tags: '' }] });
              }}
            >
              <Plus size={15} aria-hidden />
              {t('addGroup')}
            </Button>
          )}
        </fieldset>
        <SavePart changed={changed !== null} isPending={isPending} problem={problem} onCancel={() => setDraft(null)} />
      </Form>
    </Section>
  );
}
