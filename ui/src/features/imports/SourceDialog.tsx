import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { api } from '../../api/client';
import { type ImportRule, refreshImports, refreshSources, type Source, type SourcePreview } from '../../api/imports';
import { fieldErrors, toProblem } from '../../api/problem';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { Choice } from './Choice';
import { PreviewItems } from './PreviewItems';
import { RulesEditor } from './RulesEditor';

const INTERVALS = [15, 30, 60, 180, 720, 1440] as const;

/** Adds a source in two steps, an address and what was found there; or changes one. */
export function SourceDialog({ source, onClose }: { source?: Source; onClose: () => void }) {
  const t = useTranslations('sources');
  const [address, setAddress] = useState(source?.url ?? '');
  const [found, find] = useState<SourcePreview | null>(null);
  const [name, setName] = useState(source?.name ?? '');
  const [publicUrl, setPublicUrl] = useState(source?.public_url ?? '');
  const [rules, setRules] = useState<ImportRule[]>(source?.rules ?? []);
  const [every, setEvery] = useState<number>(source?.every_minutes ?? 30);
  const kind = source?.kind ?? found?.kind;

  const look = useMutation({
    mutationFn: async () => {
      const { data, error } = await api.POST('/sources/preview', {
        body: found ? { kind: found.kind, url: found.url, rules } : { url: address, rules },
      });
      if (error) throw error;
      return data;
    },
    onSuccess: (preview) => {
      if (!found) setName(preview.name);
      find(preview);
    },
  });
  const save = useMutation({
    mutationFn: async () => {
      const body = { name, rules, every_minutes: every, ...(kind === 'plone' ? { public_url: publicUrl } : {}) };
      const { data, error } = source
        ? await api.PATCH('/sources/{id}', {
            params: { path: { id: source.id } },
            body: { ...body, ...(address === source.url ? {} : { url: address }) },
          })
        : await api.POST('/sources', {
            body: { ...body, kind: found?.kind ?? 'feed', url: found?.url ?? address, backfill: 10, enabled: true },
          });
      if (error) throw error;
      return data;
    },
    onSuccess: (saved) => {
      say(source ? t('changed', { name: saved.name }) : t('added', { name: saved.name }));
      void refreshSources();
      refreshImports();
      onClose();
    },
  });
  const problem = save.error ? toProblem(save.error) : null;
  const errors = fieldErrors(problem);
  const categories = [...new Set(found?.items.flatMap((item) => item.categories) ?? [])];
  const settled = source !== undefined || found !== null;

  return (
    <Dialog title={source ? t('editTitle', { name: source.name }) : t('addTitle')} isOpen onOpenChange={onClose} wide>
      {!settled ? (
        <Form
          validationErrors={fieldErrors(look.error ? toProblem(look.error) : null)}
          onSubmit={(e) => {
            e.preventDefault();
            look.mutate();
          }}
        >
          <DialogBody>
            <Field
              name="url"
              label={t('address')}
              help={t('addressHelp')}
              isRequired
              autoFocus
              maxLength={2000}
              value={address}
              onChange={setAddress}
              input={{ inputMode: 'url', autoCapitalize: 'off', spellCheck: 'false', placeholder: 'https://www.…' }}
            />
            {look.error && <ProblemNotice problem={toProblem(look.error)} />}
          </DialogBody>
          <DialogFooter>
            <Button onPress={onClose}>{t('cancel')}</Button>
            <Button type="submit" variant="primary" isPending={look.isPending}>
              {look.isPending ? t('looking') : t('look')}
            </Button>
          </DialogFooter>
        </Form>
      ) : (
        <Form
          validationErrors={errors}
          onSubmit={(e) => {
            e.preventDefault();
            save.mutate();
          }}
        >
          <DialogBody>
            {found && <FoundIn found={found} />}
            {source && (
              <Field
                name="url"
                label={t('address')}
                isRequired
                maxLength={2000}
                value={address}
                onChange={setAddress}
              />
            )}
            <div className="grid gap-4 sm:grid-cols-2">
              <Field name="name" label={t('name')} isRequired maxLength={120} value={name} onChange={setName} />
              <Choice
                label={t('every')}
                value={every}
                items={[...new Set([...INTERVALS, every])]
                  .sort((a, b) => a - b)
                  .map((n) => ({ id: n, label: t('everyWords', { n, hours: n / 60 }) }))}
                onChange={setEvery}
              />
            </div>
            {kind === 'plone' && (
              <Field
                name="public_url"
                label={t('publicUrl')}
                help={t('publicUrlHelp')}
                maxLength={2000}
                value={publicUrl}
                onChange={setPublicUrl}
              />
            )}
            <RulesEditor
              rules={rules}
              categories={categories}
              source={{ url: found?.url ?? address, public_url: publicUrl }}
              errors={errors}
              onChange={setRules}
            />
            {found && (
              <PreviewItems
                items={found.items}
                rules={rules}
                isPending={look.isPending}
                onAgain={() => look.mutate()}
              />
            )}
            {problem && (
              <ProblemNotice problem={problem}>
                <ul className="list-disc pl-5">
                  {problem.fields
                    .filter((f) => f.message !== problem.detail)
                    .map((f) => (
                      <li key={f.field + f.code}>{f.message}</li>
                    ))}
                </ul>
              </ProblemNotice>
            )}
          </DialogBody>
          <DialogFooter>
            {!source && (
              <Button className="mr-auto" onPress={() => find(null)}>
                {t('otherAddress')}
              </Button>
            )}
            <Button onPress={onClose}>{t('cancel')}</Button>
            <Button type="submit" variant="primary" isPending={save.isPending}>
              {source ? t('save') : t('follow')}
            </Button>
          </DialogFooter>
        </Form>
      )}
    </Dialog>
  );
}

/** What the address turned out to be. */
function FoundIn({ found }: { found: SourcePreview }) {
  const t = useTranslations('sources');
  const kinds = useTranslations('sourceKind');
  return (
    <p role="status" className="rounded-md bg-accent-soft px-3 py-2.5 text-sm">
      <strong>{t('foundKind', { kind: kinds(found.kind), n: found.items.length })}</strong>{' '}
      <span className="break-all text-ink-2">{found.url}</span>
    </p>
  );
}
