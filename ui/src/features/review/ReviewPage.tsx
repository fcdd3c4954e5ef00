import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CircleCheck } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { channelsQuery } from '../../api/channels';
import { toProblem } from '../../api/problem';
import { reviewQuery } from '../../api/system';
import { AllMessages } from '../../i18n/rest';
import { PageHead } from '../../shell/PageHead';
import { Button, buttonLook } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Notice } from '../../ui/ProblemNotice';
import { type Choice, type Choices, choosing, chosen, PAGE } from './choices';
import { ReviewRow } from './ReviewRow';
import { useDecide } from './useDecide';

export const ReviewPage = () => (
  <AllMessages>
    <Review />
  </AllMessages>
);

/** What came due while Crieur was away: a person says what leaves and what does not. */
export function Review() {
  const t = useTranslations('review');
  const { items } = useSuspenseQuery(reviewQuery).data;
  const { channels } = useSuspenseQuery(channelsQuery).data;
  const pageOf = useMemo(() => new Map(channels.map((c) => [c.id, c.account.url])), [channels]);
  const [choices, setChoices] = useState<Choices>({});
  const [shown, show] = useState(PAGE);
  const [asking, ask] = useState(false);
  const [hint, setHint] = useState(false);
  const decide = useDecide({
    onDone: () => {
      setChoices({});
      ask(false);
    },
  });
  const decision = chosen(items, choices);
  const { release, cancel } = decision;
  const n = release.length + cancel.length;

  const choose = (id: string, choice: Choice) => {
    setHint(false);
    decide.forget();
    setChoices((before) => ({ ...before, [id]: choice }));
  };
  const chooseAll = (choice: Choice) => {
    setHint(false);
    decide.forget();
    setChoices(choosing(items, choice));
  };

  return (
    <>
      <PageHead title={t('title')} sub={t('count', { n: items.length })} />
      <div className="mx-auto max-w-[960px] space-y-4 p-4 lg:p-6">
        <div role="status">
          {decide.done && (
            <Notice tone="info">
              <p className="font-semibold">{t('done', decide.done)}</p>
            </Notice>
          )}
        </div>
        {items.length === 0 ? (
          <div className="rounded-lg border border-dashed border-line-strong px-6 py-12 text-center">
            <CircleCheck size={28} aria-hidden className="mx-auto mb-3 text-published" />
            <p className="font-semibold">{t('empty')}</p>
            <p className="mx-auto mt-1 mb-4 max-w-md text-sm text-ink-2">{t('emptyHint')}</p>
            <Link to="/posts" className={buttonLook()}>
              {t('toPosts')}
            </Link>
          </div>
        ) : (
          <>
            <p className="text-sm text-ink-2">{t('intro')}</p>
            {items.length > 1 && (
              <fieldset className="flex flex-wrap items-center gap-2">
                <legend className="float-left mr-1 text-sm font-semibold">{t('all')}</legend>
                <Button size="sm" onPress={() => chooseAll('release')}>
                  {t('releaseAll')}
                </Button>
                <Button size="sm" onPress={() => chooseAll('cancel')}>
                  {t('cancelAll')}
                </Button>
                {n > 0 && (
                  <Button size="sm" variant="ghost" onPress={() => chooseAll('later')}>
                    {t('laterAll')}
                  </Button>
                )}
              </fieldset>
            )}
            <ul className="divide-y divide-line rounded-lg border border-line bg-surface shadow-1">
              {items.slice(0, shown).map((item) => (
                <ReviewRow
                  key={item.delivery.id}
                  item={item}
                  page={pageOf.get(item.delivery.channel_id) ?? ''}
                  choice={choices[item.delivery.id] ?? 'later'}
                  onChoose={(choice) => choose(item.delivery.id, choice)}
                />
              ))}
            </ul>
            {items.length > shown && (
              <div className="text-center">
                <Button onPress={() => show(shown + PAGE)}>{t('more')}</Button>
              </div>
            )}
            <div className="sticky bottom-0 z-10 -mx-4 flex flex-wrap items-center justify-end gap-x-4 gap-y-2 border-t border-line bg-bg/95 px-4 py-3 backdrop-blur max-lg:bottom-16 lg:-mx-6 lg:px-6">
              <p role="status" className="min-w-0 text-sm text-ink-2">
                {hint ? t('none') : n > 0 && t('tally', { release: release.length, cancel: cancel.length })}
              </p>
              <Button variant="primary" onPress={() => (n > 0 ? ask(true) : setHint(true))}>
                {t('apply', { n })}
              </Button>
            </div>
          </>
        )}
      </div>
      <ConfirmDialog
        title={t('confirmTitle')}
        verb={t('confirm')}
        danger={release.length === 0}
        isOpen={asking}
        onOpenChange={ask}
        isPending={decide.isPending}
        problem={decide.error ? toProblem(decide.error) : null}
        onConfirm={() => decide.run(decision)}
      >
        {release.length > 0 && <p>{t('willLeave', { n: release.length })}</p>}
        {decision.doubtful > 0 && (
          <Notice tone="pending">
            <p>{t('mayBeThere', { n: decision.doubtful })}</p>
          </Notice>
        )}
        {cancel.length > 0 && <p>{t('willCancel', { n: cancel.length })}</p>}
        {n > 0 && items.length > n && <p>{t('willWait', { n: items.length - n })}</p>}
      </ConfirmDialog>
    </>
  );
}
