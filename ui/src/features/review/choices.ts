import type { ReviewItem } from '../../api/types';
import type { Choice, Choices } from '../../decisions/useChoices';

/** How many rows are shown at once. */
export const PAGE = 50;

export type Decision = {
  release: string[];
  cancel: string[];
  /** How many of those to release may be online already. */
  doubtful: number;
};

/** What was chosen of what is still held: a choice for something decided elsewhere counts no more. */
export function chosen(items: ReviewItem[], choices: Choices): Decision {
  const ids = (choice: Choice) => items.filter((i) => choices[i.delivery.id] === choice).map((i) => i.delivery.id);
  return {
    release: ids('release'),
    cancel: ids('cancel'),
    doubtful: items.filter((i) => i.reason === 'recovery' && choices[i.delivery.id] === 'release').length,
  };
}

/** The same choice for all. */
export const choosing = (items: ReviewItem[], choice: Choice): Choices =>
  Object.fromEntries(items.map((i) => [i.delivery.id, choice]));

/** The decision in requests of at most `size` ids each way, which is what the server takes at once. */
export function batches({ release, cancel }: Decision, size = 1_000): { release: string[]; cancel: string[] }[] {
  const count = Math.ceil(Math.max(release.length, cancel.length) / size);
  return Array.from({ length: count }, (_, i) => ({
    release: release.slice(i * size, (i + 1) * size),
    cancel: cancel.slice(i * size, (i + 1) * size),
  }));
}
