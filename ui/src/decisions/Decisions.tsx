import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { type Problem, toProblem } from '../api/problem';
import { PageHead } from '../shell/PageHead';
import { Button, buttonLook } from '../ui/Button';
import { ConfirmDialog } from '../ui/ConfirmDialog';
import { EmptyPanel } from '../ui/EmptyPanel';
import { Notice } from '../ui/ProblemNotice';
import type { Choice, useChoices } from './useChoices';

/** A list of what is held: each leaves, waits or is given up because a person says so, and not otherwise. */
export function Decisions({
  words,
  total,
  release,
  cancel,
  mayRelease = true,
  state,
  decide,
  intro,
  warning,
  onAll,
  onConfirm,
  children,
}: {
  /** The area of the messages: the pages say the same in words of their own. */
  words: 'review' | 'heldPosts';
  total: number;
  /** How many leave, and how many are given up, as chosen. */
  release: number;
  cancel: number;
  mayRelease?: boolean;
  state: ReturnType<typeof useChoices>;
  decide: { done: { release: number; cancel: number } | null; isPending: boolean; error: Problem | Error | null };
  intro: ReactNode;
  /** Said with the question, before what leaves is let go. */
  warning?: ReactNode;
  onAll: (choice: Choice) => void;
  onConfirm: () => void;
  children: ReactNode;
}) {
  const t = useTranslations(words);
  const n = release + cancel;
  return (
    <>
      <PageHead title={t('title')} sub={t('count', { n: total })} />
      <div className="mx-auto max-w-[960px] space-y-4 p-4 lg:p-6">
        <div role="status">
          {decide.done && (
            <Notice tone="info">
              <p className="font-semibold">{t('done', decide.done)}</p>
            </Notice>
          )}
        </div>
        {total === 0 ? (
          <EmptyPanel icon={CircleCheck} title={t('empty')} hint={t('emptyHint')}>
            <Link to="/posts" className={buttonLook()}>
              {t('toPosts')}
            </Link>
          </EmptyPanel>
        ) : (
          <>
            {intro}
            {total > 1 && (
              <fieldset className="flex flex-wrap items-center gap-2">
                <legend className="float-left mr-1 text-sm font-semibold">{t('all')}</legend>
                {mayRelease && (
                  <Button size="sm" onPress={() => onAll('release')}>
                    {t('releaseAll')}
                  </Button>
                )}
                <Button size="sm" onPress={() => onAll('cancel')}>
                  {t('cancelAll')}
                </Button>
                {n > 0 && (
                  <Button size="sm" variant="ghost" onPress={() => onAll('later')}>
                    {t('laterAll')}
                  </Button>
                )}
              </fieldset>
            )}
            {children}
            <div className="sticky bottom-0 z-10 -mx-4 flex flex-wrap items-center justify-end gap-x-4 gap-y-2 border-t border-line bg-bg/95 px-4 py-3 backdrop-blur max-lg:bottom-16 lg:-mx-6 lg:px-6">
              <p role="status" className="min-w-0 text-sm text-ink-2">
                {state.hint ? t('none') : n > 0 && t('tally', { release, cancel })}
              </p>
              <Button variant="primary" onPress={() => state.apply(n)}>
                {t('apply', { n })}
              </Button>
            </div>
          </>
        )}
      </div>
      <ConfirmDialog
        title={t('confirmTitle')}
        verb={t('confirm')}
        danger={release === 0}
        isOpen={state.asking}
        onOpenChange={state.ask}
        isPending={decide.isPending}
        problem={decide.error ? toProblem(decide.error) : null}
        onConfirm={onConfirm}
      >
        {release > 0 && <p>{t('willLeave', { n: release })}</p>}
        {warning}
        {cancel > 0 && <p>{t('willCancel', { n: cancel })}</p>}
        {n > 0 && total > n && <p>{t('willWait', { n: total - n })}</p>}
      </ConfirmDialog>
    </>
  );
}

/** The lines, each with its decision. */
export const DecisionList = ({ children }: { children: ReactNode }) => (
  <ul className="divide-y divide-line rounded-lg border border-line bg-surface shadow-1">{children}</ul>
);
