import { useTranslations } from 'use-intl';
import type { Problem } from '../../api/problem';
import type { Contact, CrisisState } from '../../api/types';
import { ProblemNotice } from '../../ui/ProblemNotice';
import type { Lack } from './draft';
import { HoldButton } from './HoldButton';
import { NoNetwork } from './NoNetwork';
import { ProofForm } from './ProofForm';
import { useReachable } from './useReachable';
import type { Sending } from './useSend';

/** Below what will happen: the button, or in its place what stands against it. */
export function SendPanel({
  lack,
  exercise,
  state,
  channels,
  title,
  text,
  contacts,
  sending,
}: {
  lack: Lack | null;
  exercise: boolean;
  state: CrisisState | undefined;
  /** null: not known yet. */
  channels: number | null;
  title: string;
  text: string;
  contacts: Contact[];
  sending: { run: () => Promise<void>; state: Sending; problem: Problem | null };
}) {
  const t = useTranslations('alert');
  const reachable = useReachable();
  return (
    <div className="mt-4 max-lg:fixed max-lg:inset-x-0 max-lg:bottom-0 max-lg:z-30 max-lg:mt-0 max-lg:border-t max-lg:border-line max-lg:bg-bg max-lg:px-4 max-lg:pt-3 max-lg:pb-[calc(env(safe-area-inset-bottom)+.25rem)] [@media(max-height:520px)]:static">
      {panel()}
    </div>
  );

  function panel() {
    if (!reachable || sending.state === 'unsure')
      return (
        <NoNetwork
          unsure={sending.state === 'unsure'}
          nothingSent={exercise ? t('offlineExercise') : t('offline')}
          contacts={contacts}
          text={text}
        />
      );
    if (state?.proof_needed) return <ProofForm />;
    if (lack || channels === 0)
      return (
        <p
          role="status"
          className="grid min-h-[76px] place-items-center rounded-xl border-2 border-dashed border-line-strong px-4 py-2 text-center font-semibold max-lg:mb-2"
        >
          {lack ? t('lack', { kind: lack.kind, label: lack.kind === 'blank' ? lack.label : '' }) : t('noChannel')}
        </p>
      );
    const n = channels ?? 0;
    const second = String(Boolean(state?.second_person));
    return (
      <>
        {sending.state === 'notSent' && (
          <p role="alert" className="mb-3 text-sm font-bold text-pending">
            {t('notSent')}
          </p>
        )}
        {sending.problem && (
          <div className="mb-3">
            <ProblemNotice problem={sending.problem} />
          </div>
        )}
        <HoldButton
          label={exercise ? t('holdExercise') : t('hold')}
          detail={exercise ? t('holdExerciseDetail') : t('holdDetail', { n, second })}
          ask={exercise ? t('askExercise') : t('ask')}
          verb={exercise ? t('simulate') : t('send', { n })}
          summary={<p className="text-lg font-bold break-words">{title}</p>}
          isPending={sending.state === 'sending'}
          onConfirm={() => void sending.run()}
        />
      </>
    );
  }
}
