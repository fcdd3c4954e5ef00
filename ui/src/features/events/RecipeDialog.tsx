import { useSuspenseQuery } from '@tanstack/react-query';
import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { type Recipe, recipesQuery, type SeriesStep } from '../../api/events';
import { toProblem } from '../../api/problem';
import { Button, IconButton } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { Select } from '../../ui/Select';
import { say } from '../../ui/toast';
import { useOffsetLabel } from './StepBadge';
import { StepDialog } from './StepDialog';
import { inTime, newStep, offsetOf } from './steps';

/** Which announcements the commune plans for the events of a category, and when it stays quiet. */
export function RecipeDialog({ category, onClose }: { category: string; onClose: () => void }) {
  const t = useTranslations('events');
  const kind = useTranslations('announcementKind');
  const offset = useOffsetLabel();
  const { recipes } = useSuspenseQuery(recipesQuery).data;
  const of = (name: string): Recipe => {
    const found = recipes.find((r) => r.category === name) ?? recipes.find((r) => r.category === '');
    return found
      ? { ...found, category: name }
      : { category: name, steps: [], quiet_from: '21:00', quiet_to: '07:00', spacing_minutes: 30 };
  };
  const [draft, setDraft] = useState(() => of(category));
  const [editing, edit] = useState<SeriesStep | null>(null);
  const names = [...new Set(['', category, ...recipes.map((r) => r.category)])];
  const save = $api.useMutation('put', '/recipes', {
    onSuccess: () => {
      void queryClient.invalidateQueries({ queryKey: recipesQuery.queryKey });
      void queryClient.invalidateQueries({ queryKey: ['event-plan'] });
      say(t('recipeSaved'));
      onClose();
    },
  });
  return (
    <Dialog title={t('recipeTitle')} isOpen onOpenChange={onClose} wide>
      <DialogBody>
        <p className="text-sm text-ink-2">{t('recipeHelp')}</p>
        {names.length > 1 && (
          <Select
            label={t('recipeFor')}
            value={draft.category}
            onChange={(name) => setDraft(of(name))}
            choices={names.map((name) => ({ value: name, label: name === '' ? t('recipeAll') : name }))}
          />
        )}
        <ol aria-label={t('recipeSteps')} className="divide-y divide-line rounded-lg border border-line">
          {inTime(draft.steps).map((step) => {
            const label = offset(offsetOf(step));
            return (
              <li key={step.key} className="flex items-center gap-3 px-3 py-1.5">
                <span className="w-14 shrink-0 text-sm font-bold">{label}</span>
                <span className="min-w-0 flex-1 text-sm">
                  {kind(step.kind ?? 'announce')} <span className="text-ink-2">· {step.at}</span>
                </span>
                <IconButton label={t('editStep', { step: label })} icon={Pencil} onPress={() => edit(step)} />
                <IconButton
                  label={t('removeStepOf', { step: label })}
                  icon={Trash2}
                  onPress={() => setDraft({ ...draft, steps: draft.steps.filter((s) => s.key !== step.key) })}
                />
              </li>
            );
          })}
        </ol>
        <Button size="sm" variant="ghost" onPress={() => edit(newStep(draft.steps))}>
          <Plus size={16} aria-hidden />
          {t('addStep')}
        </Button>
        <div className="grid gap-3 sm:grid-cols-3">
          <Field
            label={t('quietFrom')}
            type="time"
            isRequired
            value={draft.quiet_from}
            onChange={(quiet_from) => setDraft({ ...draft, quiet_from })}
          />
          <Field
            label={t('quietTo')}
            type="time"
            isRequired
            value={draft.quiet_to}
            onChange={(quiet_to) => setDraft({ ...draft, quiet_to })}
          />
          <Field
            label={t('spacing')}
            type="number"
            isRequired
            value={String(draft.spacing_minutes)}
            onChange={(n) => setDraft({ ...draft, spacing_minutes: Math.max(0, Math.round(Number(n)) || 0) })}
            input={{ min: 0, max: 1440 }}
          />
        </div>
        {save.error && <ProblemNotice problem={toProblem(save.error)} />}
      </DialogBody>
      <DialogFooter>
        <Button onPress={onClose}>{t('back')}</Button>
        <Button variant="primary" isPending={save.isPending} onPress={() => save.mutate({ body: draft })}>
          {t('saveRecipe')}
        </Button>
      </DialogFooter>
      {editing && (
        <StepDialog
          step={editing}
          wording={undefined}
          known={draft.steps.some((s) => s.key === editing.key)}
          severalDates
          onSave={(step) => {
            setDraft({ ...draft, steps: inTime([...draft.steps.filter((s) => s.key !== step.key), step]) });
            edit(null);
          }}
          onRemove={() => {
            setDraft({ ...draft, steps: draft.steps.filter((s) => s.key !== editing.key) });
            edit(null);
          }}
          onClose={() => edit(null)}
        />
      )}
    </Dialog>
  );
}
