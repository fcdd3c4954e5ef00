import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { $api, api } from '../../api/client';
import { refreshTemplates, type Template } from '../../api/imports';
import { toProblem } from '../../api/problem';
import { Button, buttonLook } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { BlankText } from './BlankText';

const PAUSE = 250;

/** A template to read, and to fill in as a trial. */
export function TemplateDialog({
  template,
  provided,
  onEdit,
  onClose,
}: {
  template: Template;
  /** The text of the program that this one stands for. */
  provided: Template | undefined;
  onEdit: (template: Template) => void;
  onClose: () => void;
}) {
  const t = useTranslations('templatePages');
  const [values, setValues] = useState<Record<string, string>>({});
  const [settled, settle] = useState(values);
  useEffect(() => {
    const id = setTimeout(() => settle(values), PAUSE);
    return () => clearTimeout(id);
  }, [values]);
  const path = { params: { path: { id: template.id } } };
  const filled = useQuery({
    queryKey: ['fill', template.id, settled],
    queryFn: async ({ signal }) => {
      const { data, error } = await api.POST('/templates/{id}/fill', { ...path, body: { values: settled }, signal });
      if (error) throw error;
      return data;
    },
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  const { circumstance, name, title, text, category, blanks } = template;
  const body = { circumstance, name, title, text, category, blanks };
  const copy = $api.useMutation('post', '/templates', {
    onSuccess: (made) => {
      void refreshTemplates();
      onEdit(made);
    },
  });
  const again = $api.useMutation('post', '/templates', { onSettled: () => void refreshTemplates() });
  const remove = $api.useMutation('delete', '/templates/{id}', {
    onSuccess: () => {
      void refreshTemplates();
      say(provided ? t('isProvided', { name }) : t('removed', { name }), {
        action: { label: t('undo'), run: () => again.mutate({ body }) },
      });
      onClose();
    },
  });
  const problem = copy.error ?? remove.error ?? filled.error;
  const shown = filled.data ?? { title, text, missing: [] };

  return (
    <Dialog title={name} isOpen onOpenChange={onClose} wide>
      <DialogBody>
        <div className="grid gap-5 md:grid-cols-2">
          <div className="space-y-3">
            <h3 className="text-sm font-bold">{t('blanks')}</h3>
            {blanks.length === 0 && <p className="text-sm text-ink-2">{t('noBlank')}</p>}
            {blanks.map((blank) => (
              <Field
                key={blank.name}
                label={blank.label || blank.name}
                note={blank.optional ? undefined : <span />}
                maxLength={2000}
                input={blank.example ? { placeholder: blank.example } : {}}
                value={values[blank.name] ?? ''}
                onChange={(value) => setValues({ ...values, [blank.name]: value })}
              />
            ))}
          </div>
          <section aria-label={t('result')} className="space-y-3">
            <h3 className="text-sm font-bold">{t('result')}</h3>
            <div className="space-y-2 rounded-md border border-line bg-surface-2 p-4">
              {shown.title && (
                <p className="font-semibold break-words">
                  <BlankText text={shown.title} />
                </p>
              )}
              <p className="break-words whitespace-pre-line">
                <BlankText text={shown.text} />
              </p>
            </div>
            <p className="text-sm text-ink-2">{t('missing', { n: shown.missing.length })}</p>
            {blanks.some((b) => b.optional) && <p className="text-sm text-ink-2">{t('optionalHint')}</p>}
          </section>
        </div>
        {problem && <ProblemNotice problem={toProblem(problem)} />}
      </DialogBody>
      <DialogFooter>
        {template.builtin ? (
          <Button isPending={copy.isPending} onPress={() => copy.mutate({ body })}>
            {t('adapt')}
          </Button>
        ) : (
          <>
            <Button isPending={remove.isPending} onPress={() => remove.mutate(path)}>
              {provided ? t('backToProvided') : t('remove')}
            </Button>
            <Button onPress={() => onEdit(template)}>{t('edit')}</Button>
          </>
        )}
        <Link
          to="/compose"
          search={{ template: template.id, ...(Object.values(values).some(Boolean) ? { values } : {}) }}
          className={buttonLook('primary')}
        >
          {t('use')}
        </Link>
      </DialogFooter>
    </Dialog>
  );
}
