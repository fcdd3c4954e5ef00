import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { useState } from 'react';
import { Label, TextArea, TextField } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { type BulkResult, refreshImports, sendTable } from '../../api/imports';
import { toProblem } from '../../api/problem';
import { ImportsMessages } from '../../i18n/imports';
import { PageHead } from '../../shell/PageHead';
import { Button, buttonLook } from '../../ui/Button';
import { inputLook } from '../../ui/Field';
import { Panel } from '../../ui/Panel';
import { Notice, ProblemNotice } from '../../ui/ProblemNotice';
import { BulkLines } from './BulkLines';
import { FileDrop } from './FileDrop';
import { ImportTabs } from './ImportTabs';
import { saveFile } from './saveFile';

export const BulkPage = () => (
  <ImportsMessages>
    <Page />
  </ImportsMessages>
);

type Table = { name: string; content: Blob };

function Page() {
  const t = useTranslations('bulk');
  const [table, setTable] = useState<Table | null>(null);
  const [pasted, paste] = useState('');
  const trial = useMutation({ mutationFn: ({ content }: Table) => sendTable(content, { dry_run: true }) });
  const save = useMutation({
    mutationFn: ({ content }: Table) => sendTable(content, { valid_only: true }),
    onSuccess: refreshImports,
  });
  const read = (chosen: Table) => {
    setTable(chosen);
    save.reset();
    trial.mutate(chosen);
  };
  const result = save.data ?? trial.data;
  const problem = trial.error ?? save.error;

  return (
    <>
      <PageHead title={t('title')} sub={t('sub')} />
      <div className="mx-auto max-w-[1080px] space-y-4 p-4 lg:p-6">
        <ImportTabs />
        <Panel title={t('file')}>
          <div className="space-y-4 px-4 pb-4">
            <p className="text-sm text-ink-2">{t('columns')}</p>
            <Button size="sm" onPress={() => saveFile('liste-de-publications.csv', t('sample'), 'text/csv')}>
              <Download size={16} aria-hidden />
              {t('downloadSample')}
            </Button>
            <FileDrop
              label={table?.name || t('drop')}
              verb={t('browse')}
              accept={['text/csv', 'text/plain', '.csv', '.txt']}
              isPending={trial.isPending}
              onFile={(file) => read({ name: file.name, content: file })}
            />
            <TextField value={pasted} onChange={paste}>
              <Label className="mb-1 block text-sm font-semibold">{t('orPaste')}</Label>
              <TextArea rows={4} spellCheck="false" className={`${inputLook} py-2 font-mono text-sm`} />
            </TextField>
            <Button
              isDisabled={pasted.trim() === ''}
              isPending={trial.isPending}
              onPress={() => read({ name: '', content: new Blob([pasted]) })}
            >
              {t('try')}
            </Button>
          </div>
        </Panel>
        <div aria-live="polite" className="space-y-4">
          {problem && <ProblemNotice problem={toProblem(problem)} />}
          {result && !problem && <Summary result={result} />}
        </div>
        {result && !problem && (
          <>
            {result.dry_run && result.ok > 0 && table && (
              <div className="flex flex-wrap items-center gap-2">
                <Button variant="primary" isPending={save.isPending} onPress={() => save.mutate(table)}>
                  {t('save', { n: result.ok })}
                </Button>
                {result.invalid > 0 && (
                  <span className="text-sm text-ink-2">{t('othersLeft', { n: result.invalid })}</span>
                )}
              </div>
            )}
            {!result.dry_run && (
              <Link to="/posts" className={buttonLook('primary')}>
                {t('seePosts')}
              </Link>
            )}
            <BulkLines lines={result.lines} />
          </>
        )}
      </div>
    </>
  );
}

function Summary({ result }: { result: BulkResult }) {
  const t = useTranslations('bulk');
  return (
    <Notice tone={result.invalid > 0 ? 'pending' : 'info'}>
      <p className="font-semibold">
        {result.dry_run ? t('tried', { n: result.lines.length, ok: result.ok }) : t('saved', { n: result.saved })}
      </p>
      {result.invalid > 0 && <p>{t('toCorrect', { n: result.invalid })}</p>}
      {result.already > 0 && <p>{t('already', { n: result.already })}</p>}
      {result.dry_run && <p>{t('nothingSaved')}</p>}
    </Notice>
  );
}
