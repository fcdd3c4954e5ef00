import type { Problem } from '../../api/problem';
import type { Channel } from '../../api/types';
import {
  blocksDraft,
  type Finding,
  localFindings,
  mergeFindings,
  passes,
  previewFindings,
  refusalFindings,
  sentKeys,
} from './findings';
import type { Draft } from './state';
import type { Previews } from './usePreviews';
import type { Saving } from './useSave';

/** Everything that there is to say of what is written, and what of it stands in the way. */
export function useFindings({
  draft,
  chosen,
  zone,
  previews,
  problem,
}: {
  draft: Draft;
  chosen: Channel[];
  zone: string;
  previews: Previews;
  problem: Problem | null;
}) {
  const sent = sentKeys(draft);
  const local = localFindings(draft, chosen, zone, Date.now());
  const foreseen = previews.fresh ? previewFindings(previews.list, sent) : [];
  const findings = mergeFindings(local, [...foreseen, ...refusalFindings(problem?.fields ?? [], sent)]);
  /** What the server refused may be tried again: its reason may be gone. */
  const blocking = (as: Saving): Finding[] =>
    mergeFindings(local, foreseen).filter((f) => (as === 'publish' ? f.severity === 'error' : blocksDraft(f)));
  return { findings, blocking, settle: passes };
}
