import clsx from 'clsx';
import { OctagonAlert, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { Problem } from '../api/problem';

/** What to tell people about a problem: the server's sentence, or ours where the server said nothing. */
export function useProblemText(): (problem: Problem) => string {
  const t = useTranslations('problem');
  return (problem) => {
    if (problem.code === 'network') return t('network');
    if (problem.detail) return problem.detail;
    return t('unreadable', { status: problem.status });
  };
}

export function Notice({
  tone,
  role,
  children,
}: {
  tone: 'failed' | 'pending' | 'brass' | 'info';
  role?: 'alert' | 'status';
  children: ReactNode;
}) {
  const Icon = tone === 'failed' ? OctagonAlert : TriangleAlert;
  return (
    <div
      role={role}
      className={clsx(
        'flex items-start gap-2.5 rounded-md px-3 py-2.5 text-sm',
        tone === 'failed' && 'bg-failed-soft text-ink',
        tone === 'pending' && 'bg-pending-soft text-ink',
        tone === 'brass' && 'bg-brass-soft text-brass-ink',
        tone === 'info' && 'bg-accent-soft text-ink',
      )}
    >
      {tone !== 'info' && (
        <Icon
          size={17}
          aria-hidden
          className={clsx('mt-0.5 shrink-0', tone === 'failed' && 'text-failed', tone === 'pending' && 'text-pending')}
        />
      )}
      <div className="min-w-0 flex-1 space-y-1">{children}</div>
    </div>
  );
}

export function ProblemNotice({ problem, children }: { problem: Problem; children?: ReactNode }) {
  const t = useTranslations('problem');
  const textOf = useProblemText();
  return (
    <Notice tone="failed" role="alert">
      <p className="font-semibold">{textOf(problem)}</p>
      {children}
      {problem.status >= 500 && problem.requestId && (
        <p className="text-xs text-ink-2">{t('reference', { id: problem.requestId })}</p>
      )}
    </Notice>
  );
}
