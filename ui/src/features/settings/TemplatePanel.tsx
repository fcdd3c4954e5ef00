import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { templatesQuery } from '../../api/crisis';
import { toProblem } from '../../api/problem';
import type { CrisisTemplate, CrisisTemplateText, Severity } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { Segmented } from '../../ui/Segmented';
import { say } from '../../ui/toast';
import { iconOf } from '../crisis/icons';
import { MessageField } from '../crisis/TextFields';

const SEVERITIES: Severity[] = ['minor', 'moderate', 'severe', 'extreme'];
const textOf = ({ title, message, update, end, correction, severity }: CrisisTemplate): CrisisTemplateText => ({
  title,
  message,
  update,
  end,
  correction,
  severity,
});

/** The ready words for one hazard: read over, and made the commune's own. */
export function TemplatePanel({ template }: { template: CrisisTemplate }) {
  const t = useTranslations('alertSettings');
  const format = useDates();
  const [draft, setDraft] = useState<CrisisTemplateText | null>(null);
  const Icon = iconOf(template.icon);
  const done = (word: string) => {
    setDraft(null);
    void queryClient.invalidateQueries({ queryKey: templatesQuery.queryKey });
    say(word);
  };
  const save = $api.useMutation('put', '/crisis/templates/{id}', { onSuccess: () => done(t('saved')) });
  const reset = $api.useMutation('delete', '/crisis/templates/{id}', { onSuccess: () => done(t('wasReset')) });
  const path = { params: { path: { id: template.hazard } } };
  const put = (text: CrisisTemplateText) => save.mutate({ ...path, body: text });
  const problem = save.error ?? reset.error;
  return (
    <li className="py-3.5">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <Icon size={22} aria-hidden className="shrink-0 text-ink-2" />
        <div className="min-w-0 flex-1 basis-52">
          <h3 className="font-semibold">{template.name}</h3>
          <p className="text-sm text-ink-2">
            {template.own ? t('ownWords') : t('builtIn')} ·{' '}
            {template.reviewed_at
              ? t('reviewed', { at: format(template.reviewed_at, 'day'), who: template.reviewed_by ?? '' })
              : t('neverReviewed')}
          </p>
        </div>
        {!draft && (
          <>
            <Button size="sm" isPending={save.isPending} onPress={() => put(textOf(template))}>
              {t('stillRight')}
              <span className="sr-only"> {template.name}</span>
            </Button>
            <Button size="sm" onPress={() => setDraft(textOf(template))}>
              {t('edit')}
              <span className="sr-only"> {template.name}</span>
            </Button>
          </>
        )}
      </div>
      {problem && (
        <div className="mt-3">
          <ProblemNotice problem={toProblem(problem)} />
        </div>
      )}
      {draft && (
        <div className="mt-4 space-y-4">
          {template.blanks.length > 0 && (
            <p className="text-sm text-ink-2">
              {t('blanks', { list: template.blanks.map((b) => `{${b.key}}`).join(', ') })}
            </p>
          )}
          <Field
            label={t('templateTitle')}
            value={draft.title}
            onChange={(title) => setDraft({ ...draft, title })}
            isRequired
            maxLength={160}
          />
          {(['message', 'update', 'correction', 'end'] as const).map((key) => (
            <MessageField
              key={key}
              label={t(key)}
              value={draft[key]}
              onChange={(value) => setDraft({ ...draft, [key]: value })}
            />
          ))}
          <div>
            <p className="mb-1 text-sm font-semibold">{t('severity')}</p>
            <div className="-m-0.5 overflow-x-auto p-0.5">
              <Segmented<Severity>
                label={t('severity')}
                value={draft.severity}
                onChange={(severity) => setDraft({ ...draft, severity })}
                items={SEVERITIES.map((id) => ({ id, label: t('severityOf', { id }) }))}
              />
            </div>
          </div>
          <div className="flex flex-wrap gap-2">
            {template.own && (
              <Button variant="ghost" isPending={reset.isPending} onPress={() => reset.mutate(path)}>
                {t('reset')}
              </Button>
            )}
            <span className="flex-1" />
            <Button onPress={() => setDraft(null)}>{t('cancel')}</Button>
            <Button variant="primary" isPending={save.isPending} onPress={() => put(draft)}>
              {t('save')}
            </Button>
          </div>
        </div>
      )}
    </li>
  );
}
