import clsx from 'clsx';
import { OctagonAlert, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/Button';
import type { Finding } from './findings';
import type { Fix } from './fixes';

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

/** Findings beside their field, each with the next step. */
export function FindingList({
  findings,
  nameOf,
  fixesFor,
}: {
  findings: Finding[];
  nameOf: (id: string) => string;
  fixesFor?: (finding: Finding) => Fix[];
}) {
  const textOf = useFindingText();
  if (findings.length === 0) return null;
  return (
    <ul className="space-y-1">
      {findings.map((f) => {
        const text = textOf(f);
        const names = namesBefore(text, f.channels.map(nameOf));
        const Icon = f.severity === 'error' ? OctagonAlert : TriangleAlert;
        return (
          <li key={f.channels.join() + text} className="flex flex-wrap items-start gap-1.5 text-sm">
            <Icon
              size={15}
              aria-hidden
              className={f.severity === 'error' ? 'mt-0.5 shrink-0 text-failed' : 'mt-0.5 shrink-0 text-pending'}
            />
            <span
              className={clsx('min-w-40 flex-1', f.severity === 'error' ? 'font-medium text-failed' : 'text-ink-2')}
            >
              {names && <b className="font-semibold">{names} · </b>}
              {text}
            </span>
            {fixesFor?.(f).map((fix) => (
              <Button key={fix.verb} size="sm" onPress={fix.run}>
                {fix.verb}
              </Button>
            ))}
          </li>
        );
      })}
    </ul>
  );
}
