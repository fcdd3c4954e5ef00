import { useSuspenseQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import { channelsQuery } from '../../api/channels';
import { reviewQuery } from '../../api/system';
import { DecisionList, Decisions } from '../../decisions/Decisions';
import { useChoices } from '../../decisions/useChoices';
import { AllMessages } from '../../i18n/rest';
import { Button } from '../../ui/Button';
import { Notice } from '../../ui/ProblemNotice';
import { choosing, chosen, PAGE } from './choices';
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
  const [shown, show] = useState(PAGE);
  const decide = useDecide({ onDone: () => state.over() });
  const state = useChoices(decide.forget);
  const { choices } = state;
  const decision = chosen(items, choices);

  return (
    <Decisions
      words="review"
      total={items.length}
      release={decision.release.length}
      cancel={decision.cancel.length}
      state={state}
      decide={decide}
      intro={<p className="text-sm text-ink-2">{t('intro')}</p>}
      warning={
        decision.doubtful > 0 && (
          <Notice tone="pending">
            <p>{t('mayBeThere', { n: decision.doubtful })}</p>
          </Notice>
        )
      }
      onAll={(choice) => state.change(choosing(items, choice))}
      onConfirm={() => decide.run(decision)}
    >
      <DecisionList>
        {items.slice(0, shown).map((item) => (
          <ReviewRow
            key={item.delivery.id}
            item={item}
            page={pageOf.get(item.delivery.channel_id) ?? ''}
            choice={choices[item.delivery.id] ?? 'later'}
            onChoose={(choice) => state.change({ ...choices, [item.delivery.id]: choice })}
          />
        ))}
      </DecisionList>
      {items.length > shown && (
        <div className="text-center">
          <Button onPress={() => show(shown + PAGE)}>{t('more')}</Button>
        </div>
      )}
    </Decisions>
  );
}
