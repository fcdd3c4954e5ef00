import { useTranslations } from 'use-intl';
import type { Problem } from '../../api/problem';
import { Button } from '../../ui/Button';
import { ProblemNotice } from '../../ui/ProblemNotice';

/** The foot of a part of the settings: it says that something is not saved yet, and saves it. */
export function SavePart({
  changed,
  isPending,
  problem,
  onCancel,
  onSave,
}: {
  changed: boolean;
  isPending: boolean;
  problem: Problem | null;
  onCancel: () => void;
  /** Left out where the button submits a form. */
  onSave?: () => void;
}) {
  const t = useTranslations('settings');
  return (
    <div className="space-y-3">
      {problem && <ProblemNotice problem={problem}>{problem.status === 409 && <p>{t('conflict')}</p>}</ProblemNotice>}
      {changed && (
        <div className="flex flex-wrap items-center gap-2">
          <p role="status" className="mr-auto text-sm font-medium text-pending">
            {t('unsaved')}
          </p>
          <Button onPress={onCancel}>{t('discard')}</Button>
          <Button
            variant="primary"
            isPending={isPending}
            {...(onSave ? { onPress: onSave } : { type: 'submit' as const })}
          >
            {t('save')}
          </Button>
        </div>
      )}
    </div>
  );
}
