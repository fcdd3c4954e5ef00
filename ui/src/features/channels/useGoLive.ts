import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { toProblem } from '../../api/problem';
import type { components } from '../../api/schema.gen';
import type { Channel } from '../../api/types';
import { say } from '../../ui/toast';

/** Makes a practice channel real; what waited in the sandbox is cancelled by the server. */
export function useGoLive(channel: Channel | undefined, onDone: () => void) {
  const t = useTranslations('goLive');
  const { mutate, isPending, error } = $api.useMutation('post', '/channels/{id}/go-live', {
    onSuccess: ({ name }) => {
      void queryClient.invalidateQueries();
      say(t('done', { name }));
      onDone();
    },
  });
  return {
    goLive: (access: components['schemas']['GoLive']) =>
      channel && mutate({ params: { path: { id: channel.id } }, body: access }),
    isPending,
    problem: error ? toProblem(error) : null,
  };
}
