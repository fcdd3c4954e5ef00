import { useSuspenseQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { toProblem } from '../../api/problem';
import { publishingQuery } from '../../api/publishing';
import type { components } from '../../api/schema.gen';
import { say } from '../../ui/toast';

export type Publishing = components['schemas']['PublishingSettings'];

/** Slots, signature and hashtags are one thing on the server; each form changes its own part of the newest version. */
export function usePublishing() {
  const t = useTranslations('settings');
  const { data } = useSuspenseQuery(publishingQuery);
  const save = $api.useMutation('put', '/publishing-settings', {
    onSuccess: (saved) => {
      queryClient.setQueryData(publishingQuery.queryKey, saved);
      // Free slots of the plan are made of them.
      void queryClient.invalidateQueries({ queryKey: ['get', '/calendar'] });
      say(t('saved'));
    },
    // Somebody else was faster: what stands now is read, and another press saves over it.
    onError: (error) => {
      if (toProblem(error).status === 409) void queryClient.invalidateQueries({ queryKey: publishingQuery.queryKey });
    },
  });
  return {
    settings: data,
    save: (part: Partial<Omit<Publishing, 'version'>>, onSaved: () => void) =>
      save.mutate({ body: { ...data, ...part } }, { onSuccess: onSaved }),
    isPending: save.isPending,
    problem: save.error ? toProblem(save.error) : null,
  };
}
