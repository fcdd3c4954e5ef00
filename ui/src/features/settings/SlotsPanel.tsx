import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { SavePart } from './SavePart';
import { Section } from './Section';
import { SlotsEditor } from './SlotsEditor';
import { type Slot, sameSlots } from './slots';
import { usePublishing } from './usePublishing';

/** The hours at which the commune publishes. */
export function SlotsPanel() {
  const t = useTranslations('settings');
  const { settings, save, isPending, problem } = usePublishing();
  const [draft, setDraft] = useState<Slot[] | null>(null);
  const slots = draft ?? settings.slots;
  return (
    <Section id="slots" title={t('slots')} hint={t('slotsHint')}>
      <SlotsEditor slots={slots} onChange={setDraft} />
      <SavePart
        changed={draft !== null && !sameSlots(draft, settings.slots)}
        isPending={isPending}
        problem={problem}
        onCancel={() => setDraft(null)}
        onSave={() => save({ slots }, () => setDraft(null))}
      />
    </Section>
  );
}
