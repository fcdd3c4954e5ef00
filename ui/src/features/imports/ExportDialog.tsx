import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { api } from '../../api/client';
import type { Template } from '../../api/imports';
import { toProblem } from '../../api/problem';
import { useSession } from '../../api/session';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { Segmented } from '../../ui/Segmented';
import { say } from '../../ui/toast';
import { saveFile } from './saveFile';

type What = 'own' | 'all';

/** Hands templates on as one file. */
export function ExportDialog({ templates, onClose }: { templates: Template[]; onClose: () => void }) {
  const t = useTranslations('templatePages');
  const { commune } = useSession();
  const own = templates.filter((x) => !x.builtin);
  const [what, setWhat] = useState<What>(own.length > 0 ? 'own' : 'all');
  const [name, setName] = useState(commune.name);
  const count = what === 'own' ? own.length : templates.length;
  const save = useMutation({
    mutationFn: async () => {
      const query = what === 'own' ? { name } : { name, id: templates.map((x) => x.id) };
      const { data, error } = await api.GET('/template-pack', { params: { query } });
      if (error) throw error;
      return data;
    },
    onSuccess: (pack) => {
      saveFile(`modeles-${commune.slug}.json`, JSON.stringify(pack, null, 2), 'application/json');
      say(t('exported', { n: pack.templates.length }));
      onClose();
    },
  });
  return (
    <Dialog title={t('exportPack')} isOpen onOpenChange={onClose}>
      <DialogBody>
        <p className="text-sm text-ink-2">{t('exportHint')}</p>
        {own.length > 0 && (
          <Segmented<What>
            label={t('which')}
            value={what}
            onChange={setWhat}
            items={[
              { id: 'own', label: t('onlyOwn') },
              { id: 'all', label: t('all') },
            ]}
          />
        )}
        <Field label={t('packName')} note={<span />} maxLength={120} value={name} onChange={setName} />
        {save.error && <ProblemNotice problem={toProblem(save.error)} />}
      </DialogBody>
      <DialogFooter>
        <Button onPress={onClose}>{t('cancel')}</Button>
        <Button variant="primary" isPending={save.isPending} onPress={() => save.mutate()}>
          {t('download', { n: count })}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
