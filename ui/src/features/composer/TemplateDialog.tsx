import { keepPreviousData, useQuery } from '@tanstack/react-query';
import clsx from 'clsx';
import { ArrowLeft, ChevronRight } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { Button as AriaButton, Input, Label, SearchField } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api, api } from '../../api/client';
import { toProblem } from '../../api/problem';
import type { components } from '../../api/schema.gen';
import { Button } from '../../ui/Button';
import { Dialog, DialogFooter } from '../../ui/Dialog';
import { Field, inputLook } from '../../ui/Field';
import { ProblemNotice } from '../../ui/ProblemNotice';

type Template = components['schemas']['Template'];
type Filled = components['schemas']['FilledTemplate'];

/** As people search: without case or accents. */
const folded = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** A text to start from: chosen, its blanks filled in, then taken over. Nothing that was written goes unasked. */
export function TemplateDialog({
  begun,
  hasText,
  onUse,
  onClose,
}: {
  /** Chosen on its own page, with what is filled in already. */
  begun: { id: string; values: Record<string, string> } | null;
  /** There is a text already. */
  hasText: boolean;
  onUse: (text: { title: string; text: string; after: boolean }) => void;
  onClose: () => void;
}) {
  const t = useTranslations('fromTemplate');
  const [picked, choose] = useState<Template | null>(null);
  const [isBegun, begin] = useState(begun !== null);
  const { data } = $api.useQuery('get', '/templates', {}, { staleTime: 60_000 });
  const chosen = picked ?? (isBegun ? (data?.templates.find((m) => m.id === begun?.id) ?? null) : null);
  return (
    <Dialog title={chosen?.name ?? t('title')} isOpen onOpenChange={(open) => !open && onClose()} wide>
      {chosen ? (
        <Blanks
          template={chosen}
          hasText={hasText}
          begun={isBegun && begun ? begun.values : {}}
          onBack={() => {
            begin(false);
            choose(null);
          }}
          onUse={(text) => {
            onUse(text);
            onClose();
          }}
        />
      ) : (
        <Choice onChoose={choose} />
      )}
    </Dialog>
  );
}

function Choice({ onChoose }: { onChoose: (template: Template) => void }) {
  const t = useTranslations('fromTemplate');
  const [q, search] = useState('');
  const { data, error, isPending } = $api.useQuery('get', '/templates', {}, { staleTime: 60_000 });
  const found = (data?.templates ?? []).filter((m) =>
    folded(`${m.name} ${m.title} ${m.text}`).includes(folded(q.trim())),
  );
  const groups = [
    { title: t('own'), list: found.filter((m) => !m.builtin) },
    { title: t('builtin'), list: found.filter((m) => m.builtin) },
  ];
  return (
    <div className="space-y-4 p-5">
      <SearchField value={q} onChange={search} autoFocus>
        <Label className="mb-1 block text-sm font-semibold">{t('search')}</Label>
        <Input className={clsx(inputLook, 'h-10 max-lg:h-11')} />
      </SearchField>
      {error && <ProblemNotice problem={toProblem(error)} />}
      <p role="status" className={clsx('text-sm text-ink-2', found.length > 0 && 'sr-only')}>
        {isPending ? t('loading') : error ? '' : t('found', { n: found.length })}
      </p>
      {groups
        .filter(({ list }) => list.length > 0)
        .map(({ title, list }) => (
          <section key={title} aria-label={title}>
            <h3 className="text-sm font-bold">{title}</h3>
            <ul className="mt-1.5 divide-y divide-line rounded-md border border-line">
              {list.map((template) => (
                <li key={template.id}>
                  <AriaButton
                    onPress={() => onChoose(template)}
                    className="flex min-h-12 w-full cursor-pointer items-center gap-3 px-3 py-2 text-left hover:bg-surface-2 pressed:bg-sunken"
                  >
                    <span className="min-w-0 flex-1">
                      <span className="block text-sm font-semibold">{template.name}</span>
                      <span className="block truncate text-xs text-ink-2">{template.text}</span>
                    </span>
                    <ChevronRight size={17} aria-hidden className="shrink-0 text-ink-3" />
                  </AriaButton>
                </li>
              ))}
            </ul>
          </section>
        ))}
    </div>
  );
}

/** The text as the server fills it in. */
function useFilled(id: string, values: Record<string, string>) {
  const asked = useDeferredValue(values);
  return useQuery({
    queryKey: ['template', id, asked],
    queryFn: async ({ signal }): Promise<Filled> => {
      const { data, error } = await api.POST('/templates/{id}/fill', {
        params: { path: { id } },
        body: { values: asked },
        signal,
      });
      if (error) throw error;
      return data;
    },
    placeholderData: keepPreviousData,
  });
}

function Blanks({
  template,
  begun,
  hasText,
  onBack,
  onUse,
}: {
  template: Template;
  begun: Record<string, string>;
  hasText: boolean;
  onBack: () => void;
  onUse: (text: { title: string; text: string; after: boolean }) => void;
}) {
  const t = useTranslations('fromTemplate');
  const [values, setValues] = useState(begun);
  const { data, error, isPlaceholderData } = useFilled(template.id, values);
  const labelOf = (name: string) => template.blanks.find((b) => b.name === name)?.label ?? name;
  const use = (after: boolean) => data && onUse({ title: data.title, text: data.text, after });
  const ready = data !== undefined && !isPlaceholderData;

  return (
    <>
      <div className="grid gap-5 p-5 sm:grid-cols-2">
        <div className="space-y-3">
          <Button size="sm" variant="ghost" className="-ml-2.5" onPress={onBack}>
            <ArrowLeft size={15} aria-hidden />
            {t('others')}
          </Button>
          {template.blanks.length === 0 && <p className="text-sm text-ink-2">{t('noBlanks')}</p>}
          {template.blanks.map((blank, i) => (
            <Field
              key={blank.name}
              label={blank.label}
              autoFocus={i === 0}
              isRequired={!blank.optional}
              validationBehavior="aria"
              value={values[blank.name] ?? ''}
              onChange={(value) => setValues((v) => ({ ...v, [blank.name]: value }))}
              input={{ placeholder: blank.example ?? '', maxLength: 2000 }}
            />
          ))}
        </div>
        <section aria-label={t('result')} className="rounded-md border border-line bg-surface-2 p-3">
          <h3 className="text-xs font-semibold text-ink-2">{t('result')}</h3>
          {error && <ProblemNotice problem={toProblem(error)} />}
          {data?.title && <p className="mt-1.5 text-sm font-bold break-words">{data.title}</p>}
          <p className="mt-1.5 text-sm break-words whitespace-pre-wrap">{data?.text}</p>
          {data && data.missing.length > 0 && (
            <p role="status" className="mt-3 text-sm font-medium text-pending">
              {t('missing', { names: data.missing.map(labelOf).join(', ') })}
            </p>
          )}
        </section>
      </div>
      <DialogFooter>
        {hasText && (
          <Button isDisabled={!ready} onPress={() => use(true)}>
            {t('after')}
          </Button>
        )}
        <Button variant="primary" isDisabled={!ready} onPress={() => use(false)}>
          {hasText ? t('replace') : t('use')}
        </Button>
      </DialogFooter>
    </>
  );
}
