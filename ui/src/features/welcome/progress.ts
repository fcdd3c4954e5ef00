import { useState } from 'react';

export const STEPS = ['commune', 'channels', 'slots', 'trial', 'alert'] as const;
export type Step = (typeof STEPS)[number];
/** What a person said of a step; what the commune shows by itself is not kept. */
export type Said = 'done' | 'skipped';
export type Progress = Partial<Record<Step, Said>>;

const stored = (communeId: string) => `crieur.welcome.${communeId}`;

export function readProgress(communeId: string): Progress {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(stored(communeId)) ?? '{}');
    if (typeof read !== 'object' || read === null) return {};
    return Object.fromEntries(
      STEPS.flatMap((step) => {
        const said = (read as Record<string, unknown>)[step];
        return said === 'done' || said === 'skipped' ? [[step, said]] : [];
      }),
    );
  } catch {
    return {};
  }
}

export function noteProgress(communeId: string, progress: Progress): void {
  localStorage.setItem(stored(communeId), JSON.stringify(progress));
}

export type Standing = Said | 'todo';

/** Where each step stands: what the commune shows counts more than what was said. */
export const standings = (shown: Record<Step, boolean>, said: Progress): Record<Step, Standing> =>
  Object.fromEntries(STEPS.map((step) => [step, shown[step] ? 'done' : (said[step] ?? 'todo')])) as Record<
    Step,
    Standing
  >;

export const nextStep = (standing: Record<Step, Standing>, steps: readonly Step[]): Step | null =>
  steps.find((step) => standing[step] === 'todo') ?? null;

/** The progress of this commune on this device. */
export function useProgress(communeId: string) {
  const [said, set] = useState(() => readProgress(communeId));
  const say = (step: Step, word: Said) => {
    const next = { ...said, [step]: word };
    noteProgress(communeId, next);
    set(next);
  };
  return { said, say };
}
