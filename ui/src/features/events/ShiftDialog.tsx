import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { Problem } from '../../api/problem';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Field } from '../../ui/Field';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { Select } from '../../ui/Select';

/** Moves all dates by the same number of days. */
export function ShiftDialog({
  shift,
  isPending,
  problem,
  onShift,
  onClose,
}: {
  shift: number;
  isPending: boolean;
  problem: Problem | null;
  onShift: (days: number) => void;
  onClose: () => void;
}) {
  const t = useTranslations('recurrences');
  const [days, setDays] = useState(Math.abs(shift));
  const [side, setSide] = useState(shift < 0 ? 'earlier' : 'later');
  return (
    <Dialog title={t('shiftTitle')} isOpen onOpenChange={onClose}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          onShift(side === 'earlier' ? -days : days);
        }}
      >
        <DialogBody>
          <p className="text-sm text-ink-2">{t('shiftHelp')}</p>
          <div className="grid grid-cols-2 gap-3">
            <Field
              label={t('shiftDays')}
              type="number"
              isRequired
              value={String(days)}
              onChange={(n) => setDays(Math.min(30, Math.max(0, Math.round(Number(n)) || 0)))}
              input={{ min: 0, max: 30 }}
            />
            <Select
              label={t('shiftSide')}
              value={side}
              onChange={setSide}
              choices={[
                { value: 'later', label: t('later') },
                { value: 'earlier', label: t('earlier') },
              ]}
            />
          </div>
          {problem && <ProblemNotice problem={problem} />}
        </DialogBody>
        <DialogFooter>
          <Button onPress={onClose}>{t('back')}</Button>
          <Button variant="primary" type="submit" isPending={isPending}>
            {t('shiftVerb')}
          </Button>
        </DialogFooter>
      </form>
    </Dialog>
  );
}
