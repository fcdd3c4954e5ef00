import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'use-intl';
import { api } from '../../api/client';
import { toProblem } from '../../api/problem';
import type { PreviewRequest } from '../../api/types';
import { Dialog, DialogBody } from '../../ui/Dialog';
import { NetworkBadge } from '../../ui/Network';
import { Notice, ProblemNotice } from '../../ui/ProblemNotice';
import { useChannelName } from './useChannelName';

export type Shown = { title: string; request: PreviewRequest };

/** Exactly what would leave on each network, as the server words it. */
export function TextsDialog({ shown, onClose }: { shown: Shown; onClose: () => void }) {
  const t = useTranslations('events');
  const nameOf = useChannelName();
  const none = (shown.request.channels ?? []).length === 0;
  const { data, error, isPending } = useQuery({
    queryKey: ['announcement-texts', shown.request],
    queryFn: async ({ signal }) => {
      const answer = await api.POST('/preview', { body: shown.request, signal });
      if (answer.error) throw answer.error;
      return answer.data.previews;
    },
    enabled: !none,
  });
  return (
    <Dialog title={t('textsTitle', { at: shown.title })} isOpen onOpenChange={onClose} wide>
      <DialogBody>
        {none && <p>{t('noChannelChosen')}</p>}
        {error && <ProblemNotice problem={toProblem(error)} />}
        {isPending && !none && <p role="status">{t('loading')}</p>}
        <ul className="space-y-4">
          {data?.map((p) => (
            <li key={p.channel_id} className="rounded-lg border border-line p-4">
              <h3 className="flex items-center gap-2 font-semibold">
                <NetworkBadge kind={p.kind} size={24} />
                {p.channel_id ? nameOf(p.channel_id, p.kind) : p.kind}
                <span className="ml-auto text-xs font-normal text-ink-3 tabular-nums">
                  {p.limit > 0 ? t('lengthOf', { n: p.length, limit: p.limit }) : t('length', { n: p.length })}
                </span>
              </h3>
              {p.title && (
                <p lang="fr" className="mt-2 font-semibold">
                  {p.title}
                </p>
              )}
              <p lang="fr" className="mt-2 text-sm break-words whitespace-pre-line">
                {p.text}
              </p>
              {p.images.length > 0 && (
                <p className="mt-2 text-xs text-ink-2">{t('withPictures', { n: p.images.length })}</p>
              )}
              {p.issues.map((issue) => (
                <div key={`${issue.field} ${issue.code}`} className="mt-2">
                  <Notice tone={issue.severity === 'error' ? 'failed' : 'pending'}>
                    <p lang="fr">{issue.message}</p>
                  </Notice>
                </div>
              ))}
            </li>
          ))}
        </ul>
      </DialogBody>
    </Dialog>
  );
}
