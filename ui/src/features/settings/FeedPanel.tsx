import { useSuspenseQuery } from '@tanstack/react-query';
import { CalendarPlus } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { toProblem } from '../../api/problem';
import { calendarFeedQuery } from '../../api/publishing';
import { useDates } from '../../i18n/useDates';
import { Button } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { Notice, ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { CopyText } from './CopyText';
import { Section } from './Section';

/** The plan in one's own calendar, by an address that is shown once. */
export function FeedPanel() {
  const t = useTranslations('feed');
  const format = useDates();
  const { data } = useSuspenseQuery(calendarFeedQuery);
  const [asking, ask] = useState<'none' | 'renew' | 'stop'>('none');
  // Only here, and gone with the page: who has it reads the plan.
  const [address, show] = useState<string | null>(null);
  const exists = address !== null || data.url !== null || data.created_at !== undefined;
  const changed = () => {
    ask('none');
    void queryClient.invalidateQueries({ queryKey: calendarFeedQuery.queryKey });
  };
  const create = $api.useMutation('post', '/calendar/feed', {
    onSuccess: ({ url }) => {
      show(url);
      changed();
    },
  });
  const stop = $api.useMutation('delete', '/calendar/feed', {
    onSuccess: () => {
      show(null);
      say(t('stopped'));
      changed();
    },
  });
  return (
    <Section id="feed" title={t('title')} hint={t('hint')}>
      {address && (
        <div className="space-y-2">
          <Notice tone="brass" role="status">
            <p>{t('once')}</p>
          </Notice>
          <div className="flex flex-wrap items-center gap-2 rounded-md bg-surface-2 p-3">
            <code className="min-w-0 flex-1 basis-64 text-sm break-all select-all">{address}</code>
            <CopyText text={address} label={t('copy')} />
          </div>
          <p className="text-sm text-ink-2">{t('how')}</p>
        </div>
      )}
      {!address && exists && (
        <p className="text-sm font-medium">
          {data.created_at ? t('since', { at: format(data.created_at, 'day') }) : t('runs')}
        </p>
      )}
      {create.error && asking === 'none' && <ProblemNotice problem={toProblem(create.error)} />}
      <div className="flex flex-wrap gap-2">
        {exists ? (
          <>
            <Button onPress={() => ask('renew')}>{t('renew')}</Button>
            <Button variant="ghost" onPress={() => ask('stop')}>
              {t('stop')}
            </Button>
          </>
        ) : (
          <Button isPending={create.isPending} onPress={() => create.mutate({})}>
            <CalendarPlus size={17} aria-hidden />
            {t('create')}
          </Button>
        )}
      </div>
      <ConfirmDialog
        title={asking === 'stop' ? t('stopTitle') : t('renewTitle')}
        verb={asking === 'stop' ? t('stopVerb') : t('renewVerb')}
        danger={asking === 'stop'}
        isOpen={asking !== 'none'}
        onOpenChange={(open) => !open && ask('none')}
        isPending={create.isPending || stop.isPending}
        problem={stop.error || create.error ? toProblem(stop.error ?? create.error) : null}
        onConfirm={() => (asking === 'stop' ? stop.mutate({}) : create.mutate({}))}
      >
        <p>{asking === 'stop' ? t('stopWhat') : t('renewWhat')}</p>
      </ConfirmDialog>
    </Section>
  );
}
