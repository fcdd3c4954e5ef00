import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Download, FileStack, Plus, Search, Siren, Upload } from 'lucide-react';
import { useState } from 'react';
import { Input, SearchField } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { type Circumstance, type Template, templateListQuery } from '../../api/imports';
import { mayAlert, useSession } from '../../api/session';
import { ImportsMessages } from '../../i18n/imports';
import { CIRCUMSTANCES } from '../../routes/imports';
import { PageHead } from '../../shell/PageHead';
import { Button, buttonLook } from '../../ui/Button';
import { EmptyPanel } from '../../ui/EmptyPanel';
import { Later } from '../../ui/Later';
import { Choice } from './Choice';
import { ExportDialog } from './ExportDialog';
import { PackDialog } from './PackDialog';
import { TemplateCard } from './TemplateCard';
import { TemplateDialog } from './TemplateDialog';
import { TemplateEditor } from './TemplateEditor';
import { matching, shownTemplates } from './templateList';

const route = getRouteApi('/signed-in/templates');

type Open = { kind: 'read' | 'edit'; template: Template } | { kind: 'new' | 'import' | 'export' };

export const TemplatesPage = () => (
  <ImportsMessages>
    <Page />
  </ImportsMessages>
);

function Page() {
  const t = useTranslations('templatePages');
  const circumstances = useTranslations('circumstance');
  const { data } = useSuspenseQuery(templateListQuery);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const alerts = mayAlert(useSession());
  const [open, show] = useState<Open | null>(null);
  const close = () => show(null);
  const found = matching(shownTemplates(data.templates), search.q ?? '', search.for);
  const groups = CIRCUMSTANCES.map((id) => ({ id, list: found.filter((f) => f.template.circumstance === id) })).filter(
    (g) => g.list.length > 0,
  );

  return (
    <>
      <PageHead title={t('title')} sub={t('sub')}>
        <Button className="max-lg:hidden" onPress={() => show({ kind: 'import' })}>
          <Upload size={17} aria-hidden />
          {t('importPack')}
        </Button>
        <Button className="max-lg:hidden" onPress={() => show({ kind: 'export' })}>
          <Download size={17} aria-hidden />
          {t('exportPack')}
        </Button>
        <Button variant="primary" onPress={() => show({ kind: 'new' })}>
          <Plus size={17} aria-hidden />
          <span className="max-sm:sr-only">{t('new')}</span>
        </Button>
      </PageHead>
      <div className="mx-auto max-w-[1200px] space-y-5 p-4 lg:p-6">
        <div className="flex flex-wrap gap-2">
          <search className="min-w-56 flex-1 sm:max-w-96">
            <SearchField
              aria-label={t('search')}
              value={search.q ?? ''}
              onChange={(q) =>
                void navigate({ search: ({ q: _, ...rest }) => (q ? { ...rest, q } : rest), replace: true })
              }
              className="relative"
            >
              <Search
                size={16}
                aria-hidden
                className="pointer-events-none absolute top-3 left-3 text-ink-3 max-lg:top-3.5"
              />
              <Input
                placeholder={t('search')}
                className="h-10 w-full rounded-md border border-line-strong bg-surface pr-3 pl-9 text-sm placeholder:text-ink-3 max-lg:h-11 max-lg:text-[1rem]"
              />
            </SearchField>
          </search>
          <Choice<Circumstance | 'all'>
            label={t('circumstance')}
            hideLabel
            className="w-60 max-sm:w-full"
            value={search.for ?? 'all'}
            items={[
              { id: 'all' as const, label: t('all') },
              ...CIRCUMSTANCES.map((id) => ({ id, label: circumstances(id) })),
            ]}
            onChange={(id) =>
              void navigate({ search: ({ for: _, ...rest }) => (id === 'all' ? rest : { ...rest, for: id }) })
            }
          />
          <Button className="lg:hidden" onPress={() => show({ kind: 'import' })}>
            <Upload size={17} aria-hidden />
            {t('importPack')}
          </Button>
          <Button className="lg:hidden" onPress={() => show({ kind: 'export' })}>
            <Download size={17} aria-hidden />
            {t('exportPack')}
          </Button>
        </div>
        {groups.length === 0 && (
          <EmptyPanel icon={FileStack} title={t('noMatch')}>
            <Link to="/templates" search={{}} className={buttonLook()}>
              {t('showAll')}
            </Link>
          </EmptyPanel>
        )}
        {groups.map(({ id, list }) => (
          <Later key={id}>
            <section aria-labelledby={`for-${id}`} className="space-y-3">
              <h2 id={`for-${id}`} className="text-lg font-bold">
                {circumstances(id)}
              </h2>
              {id === 'crises' && alerts && (
                <p className="flex flex-wrap items-center gap-2 text-sm text-ink-2">
                  <Siren size={16} aria-hidden className="shrink-0 text-failed" />
                  {t('alertTexts')}{' '}
                  <Link
                    to="/settings/alerts"
                    className="rounded font-semibold text-accent-ink underline underline-offset-2"
                  >
                    {t('seeAlertTexts')}
                  </Link>
                </p>
              )}
              <ul className="grid gap-3 sm:grid-cols-2 xl:grid-cols-3">
                {list.map((shown) => (
                  <TemplateCard
                    key={shown.template.id}
                    shown={shown}
                    onOpen={() => show({ kind: 'read', template: shown.template })}
                  />
                ))}
              </ul>
            </section>
          </Later>
        ))}
      </div>
      {open?.kind === 'read' && (
        <TemplateDialog
          template={open.template}
          provided={data.templates.find((b) => b.builtin && sameName(b, open.template))}
          onEdit={(template) => show({ kind: 'edit', template })}
          onClose={close}
        />
      )}
      {open?.kind === 'edit' && <TemplateEditor template={open.template} onClose={close} />}
      {open?.kind === 'new' && <TemplateEditor circumstance={search.for} onClose={close} />}
      {open?.kind === 'import' && <PackDialog onClose={close} />}
      {open?.kind === 'export' && <ExportDialog templates={data.templates} onClose={close} />}
    </>
  );
}

const sameName = (a: Template, b: Template) => a.circumstance === b.circumstance && a.name === b.name;
