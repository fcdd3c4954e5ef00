import clsx from 'clsx';
import { ChevronDown, CircleCheck, CircleDashed, CircleSlash } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button as AriaButton, Disclosure, DisclosurePanel, Heading } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import type { Standing } from './progress';

const LOOKS = {
  done: { icon: CircleCheck, className: 'text-published' },
  skipped: { icon: CircleSlash, className: 'text-ink-3' },
  todo: { icon: CircleDashed, className: 'text-pending' },
};

/** One step: folded but for the one at hand; all can be opened. */
export function StepCard({
  n,
  title,
  standing,
  isOpen,
  onToggle,
  children,
}: {
  n: number;
  title: string;
  standing: Standing;
  isOpen: boolean;
  onToggle: (open: boolean) => void;
  children: ReactNode;
}) {
  const t = useTranslations('welcome');
  const { icon: Icon, className } = LOOKS[standing];
  const words = { done: t('done'), skipped: t('skipped'), todo: t('todo') };
  return (
    <li className={clsx('rounded-lg border bg-surface shadow-1', isOpen ? 'border-accent' : 'border-line')}>
      <Disclosure isExpanded={isOpen} onExpandedChange={onToggle}>
        <Heading level={2}>
          <AriaButton
            slot="trigger"
            className="flex min-h-14 w-full cursor-pointer items-center gap-3 rounded-lg px-4 py-2.5 text-left"
          >
            <span
              aria-hidden
              className={clsx(
                'grid size-8 shrink-0 place-items-center rounded-full text-sm font-bold',
                standing === 'done' ? 'bg-published-soft text-published' : 'bg-accent-soft text-accent-ink',
              )}
            >
              {n}
            </span>
            <span className="min-w-0 flex-1 text-base font-bold">{title}</span>
            <span className={`inline-flex items-center gap-1 text-xs font-semibold ${className}`}>
              <Icon size={14} aria-hidden className="shrink-0" />
              {words[standing]}
            </span>
            <ChevronDown
              size={18}
              aria-hidden
              className={clsx('shrink-0 text-ink-3 transition-transform', isOpen && 'rotate-180')}
            />
          </AriaButton>
        </Heading>
        <DisclosurePanel>
          {/* Read only when it is open: some steps ask the server. */}
          {isOpen && <div className="space-y-4 border-t border-line px-4 py-4 sm:pl-[60px]">{children}</div>}
        </DisclosurePanel>
      </Disclosure>
    </li>
  );
}
