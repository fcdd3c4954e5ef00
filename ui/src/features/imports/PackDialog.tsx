import { useMutation } from '@tanstack/react-query';
import { CircleCheck, CirclePlus, Equal, type LucideIcon, OctagonAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { refreshTemplates, sendPack, type TemplatePackResult } from '../../api/imports';
import { toProblem } from '../../api/problem';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { FileDrop } from './FileDrop';

type Fate = TemplatePackResult['lines'][number]['fate'];
const FATES: Record<Fate, { icon: LucideIcon; tone: string }> = {
  new: { icon: CirclePlus, tone: 'text-published' },
  renamed: { icon: CircleCheck, tone: 'text-pending' },
  same: { icon: Equal, tone: 'text-ink-3' },
  invalid: { icon: OctagonAlert, tone: 'text-failed' },
};

/** Takes over the pack of another commune: first what would become of each template, then the word to do it. */
export function PackDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('templatePages');
  const fates = useTranslations('packFate');
  const [file, setFile] = useState<File | null>(null);
  const trial = useMutation({ mutationFn: (chosen: File) => sendPack(chosen, true) });
  const save = useMutation({
    mutationFn: (chosen: File) => sendPack(chosen, false),
    onSuccess: ({ added }) => {
      void refreshTemplates();
      say(t('packAdded', { n: added }));
      onClose();
    },
  });
  const lines = trial.data?.lines ?? [];
  const added = lines.filter((l) => l.fate === 'new' || l.fate === 'renamed').length;
  const bad = lines.some((l) => l.fate === 'invalid');
  const problem = trial.error ?? save.error;
  return (
    <Dialog title={t('importPack')} isOpen onOpenChange={onClose} wide>
      <DialogBody>
        <p className="text-sm text-ink-2">{t('packHint')}</p>
        <FileDrop
          label={file ? file.name : t('packDrop')}
          verb={t('browse')}
          accept={['application/json', '.json']}
          isPending={trial.isPending}
          onFile={(chosen) => {
            setFile(chosen);
            save.reset();
            trial.mutate(chosen);
          }}
        />
        {problem && <ProblemNotice problem={toProblem(problem)} />}
        {lines.length > 0 && (
          <ul aria-label={t('packLines')} className="divide-y divide-line rounded-md border border-line">
            {lines.map((line) => {
              const { icon: Icon, tone } = FATES[line.fate];
              return (
                <li key={line.position} className="flex items-start gap-2.5 px-3 py-2.5 text-sm">
                  <Icon size={17} aria-hidden className={`mt-0.5 shrink-0 ${tone}`} />
                  <div className="min-w-0 flex-1">
                    <p className="font-semibold break-words">{line.name}</p>
                    {line.message && <p className="break-words text-ink-2">{line.message}</p>}
                  </div>
                  <span className="font-medium whitespace-nowrap">{fates(line.fate)}</span>
                </li>
              );
            })}
          </ul>
        )}
      </DialogBody>
      <DialogFooter>
        <Button onPress={onClose}>{t('cancel')}</Button>
        {file && lines.length > 0 && (
          <Button
            variant="primary"
            isDisabled={bad || added === 0}
            isPending={save.isPending}
            onPress={() => save.mutate(file)}
          >
            {t('addPack', { n: added })}
          </Button>
        )}
      </DialogFooter>
    </Dialog>
  );
}
