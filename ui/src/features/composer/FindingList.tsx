import { OctagonAlert, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Finding } from './findings';

/** The words of a finding: the server's, or ours. */
export function useFindingText(): (finding: Finding) => string {
  const t = useTranslations('finding');
  return ({ say }) => ('message' in say ? say.message : t(say.local, { n: say.image ?? 0 }));
}

/** Findings beside their field. */
export function FindingList({
  findings,
  nameOf,
  id,
}: {
  findings: Finding[];
  nameOf: (id: string) => string;
  id?: string;
}) {
  const textOf = useFindingText();
  if (findings.length === 0) return null;
  return (
    <ul id={id} className="space-y-1">
      {findings.map((f) => {
        const text = textOf(f);
        const Icon = f.severity === 'error' ? OctagonAlert : TriangleAlert;
        return (
          <li key={f.channels.join() + text} className="flex items-start gap-1.5 text-sm">
            <Icon
              size={15}
              aria-hidden
              className={f.severity === 'error' ? 'mt-0.5 shrink-0 text-failed' : 'mt-0.5 shrink-0 text-pending'}
            />
            <span className={f.severity === 'error' ? 'font-medium text-failed' : 'text-ink-2'}>
              {f.channels.length > 0 && <b className="font-semibold">{f.channels.map(nameOf).join(', ')} · </b>}
              {text}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
