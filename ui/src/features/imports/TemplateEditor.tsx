import { useMutation } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { Form, Label, Text, TextArea, TextField } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { api } from '../../api/client';
import { type Circumstance, refreshTemplates, type Template, type TemplateBlank } from '../../api/imports';
import { fieldErrors, toProblem } from '../../api/problem';
import { CIRCUMSTANCES } from '../../routes/imports';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Field, inputLook } from '../../ui/Field';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { BlankRows } from './BlankRows';
import { blanksIn } from './blanksIn';
import { Choice } from './Choice';

/** Writes a template of the commune's own. */
export function TemplateEditor({
  template,
  circumstance,
  onClose,
}: {
  template?: Template;
  circumstance?: Circumstance | undefined;
  onClose: () => void;
}) {
  const t = useTranslations('templatePages');
  const circumstances = useTranslations('circumstance');
  const help = useId();
  const [use, setUse] = useState<Circumstance>(template?.circumstance ?? circumstance ?? 'events');
  const [name, setName] = useState(template?.name ?? '');
  const [title, setTitle] = useState(template?.title ?? '');
  const [text, setText] = useState(template?.text ?? '');
  const [known, know] = useState<TemplateBlank[]>(template?.blanks ?? []);
  const blanks = blanksIn(known, title, text);

  const save = useMutation({
    mutationFn: async () => {
      const body = { circumstance: use, name, title, text, blanks };
      const { data, error } = template
        ? await api.PATCH('/templates/{id}', { params: { path: { id: template.id } }, body })
        : await api.POST('/templates', { body });
      if (error) throw error;
      return data;
    },
    onSuccess: (saved) => {
      void refreshTemplates();
      say(t('saved', { name: saved.name }));
      onClose();
    },
  });
  const problem = save.error ? toProblem(save.error) : null;

  return (
    <Dialog title={template ? t('editTitle') : t('newTitle')} isOpen onOpenChange={onClose} wide>
      <Form
        validationErrors={fieldErrors(problem)}
        onSubmit={(e) => {
          e.preventDefault();
          save.mutate();
        }}
      >
        <DialogBody>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field name="name" label={t('name')} isRequired autoFocus maxLength={120} value={name} onChange={setName} />
            <Choice
              label={t('circumstance')}
              value={use}
              items={CIRCUMSTANCES.map((id) => ({ id, label: circumstances(id) }))}
              onChange={setUse}
            />
          </div>
          <Field name="title" label={t('postTitle')} maxLength={300} value={title} onChange={setTitle} />
          <TextField name="text" isRequired maxLength={10_000} value={text} onChange={setText}>
            <Label className="mb-1 block text-sm font-semibold">{t('text')}</Label>
            <TextArea rows={9} aria-describedby={help} className={`${inputLook} py-2 leading-6`} />
            <Text slot="description" id={help} className="mt-1 block text-sm text-ink-2">
              {t('textHelp')}
            </Text>
          </TextField>
          {blanks.length > 0 && <BlankRows blanks={blanks} onChange={know} />}
          {problem && <ProblemNotice problem={problem} />}
        </DialogBody>
        <DialogFooter>
          <Button onPress={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" isPending={save.isPending}>
            {t('save')}
          </Button>
        </DialogFooter>
      </Form>
    </Dialog>
  );
}
