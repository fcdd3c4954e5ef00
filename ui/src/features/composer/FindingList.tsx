import { OctagonAlert, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Finding } from './findings';

/** The words of a finding: the server's, or ours. */
export function useFindingText(): (finding: Finding) => string {
  const t = useTranslations('finding');
  return ({ say }) => ('message' in say ? say.message : t(say.local, { n: say.image ?? 0 }));
}

/** The channels whose names stand before a text, unless it begins with the only one's name itself. */
function namesBefore(text: string, names: string[]): string {
  const [only = ''] = names;
  const saysItself = names.length === 1 && text.startsWith(only) && /^\s*:/.test(text.slice(only.length));
  return saysItself ? '' : names.join(', ');
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
        const names = namesBefore(text, f.channels.map(nameOf));
        const Icon = f.severity === 'error' ? OctagonAlert : TriangleAlert;
        return (
          <li key={f.channels.join() + text} className="flex items-start gap-1.5 text-sm">
            <Icon
              size={15}
              aria-hidden
              className={f.severity === 'error' ? 'mt-0.5 shrink-0 text-failed' : 'mt-0.5 shrink-0 text-pending'}
            />
            <span className={f.severity === 'error' ? 'font-medium text-failed' : 'text-ink-2'}>
              {names && <b className="font-semibold">{names} · </b>}
              {text}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
