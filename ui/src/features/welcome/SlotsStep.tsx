import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/Button';
import { ProblemNotice } from '../../ui/ProblemNotice';
import { SlotsEditor } from '../settings/SlotsEditor';
import type { Slot } from '../settings/slots';
import { usePublishing } from '../settings/usePublishing';

/** The hours that the next free slot is taken from. */
export function SlotsStep({ onSaved }: { onSaved: () => void }) {
  const t = useTranslations('welcome');
  const { settings, save, isPending, problem } = usePublishing();
  const [draft, setDraft] = useState<Slot[] | null>(null);
  const slots = draft ?? settings.slots;
  return (
    <>
      <p className="text-sm text-ink-2">{t('slotsWhat')}</p>
      <SlotsEditor slots={slots} onChange={setDraft} />
      {problem && <ProblemNotice problem={problem} />}
      <Button
        variant="primary"
        isDisabled={slots.length === 0}
        isPending={isPending}
        onPress={() => save({ slots }, onSaved)}
      >
        {t('saveSlots')}
      </Button>
    </>
  );
}
