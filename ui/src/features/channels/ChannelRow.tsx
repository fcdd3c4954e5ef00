import { CircleCheck, CircleSlash, ExternalLink, RefreshCw, Trash2, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { $api, queryClient } from '../../api/client';
import { toProblem } from '../../api/problem';
import type { Channel, Kind } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { Button, IconButton } from '../../ui/Button';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { NetworkBadge } from '../../ui/Network';
import { Notice, ProblemNotice } from '../../ui/ProblemNotice';
import { PracticeTag } from '../../ui/Tags';
import { say } from '../../ui/toast';
import { RenewDialog } from './RenewDialog';

function Health({ channel }: { channel: Channel }) {
  const t = useTranslations('channelStatus');
  const look = {
    connected: { icon: CircleCheck, className: 'text-published' },
    needs_reauth: { icon: TriangleAlert, className: 'text-failed' },
    disconnected: { icon: CircleSlash, className: 'text-failed' },
  }[channel.status];
  return (
    <span className={`inline-flex items-center gap-1.5 text-sm font-semibold ${look.className}`}>
      <look.icon size={15} aria-hidden />
      {t(channel.status)}
    </span>
  );
}

/** One account: who it is, whether it works, and what to do when it does not. */
export function ChannelRow({
  channel,
  kind,
  administrator,
}: {
  channel: Channel;
  kind: Kind | undefined;
  administrator: boolean;
}) {
  const t = useTranslations('channels');
  const format = useDates();
  const [dialog, setDialog] = useState<'none' | 'renew' | 'delete'>('none');
  const reload = () => queryClient.invalidateQueries({ queryKey: ['get', '/channels'] });
  const path = { params: { path: { id: channel.id } } };

  const check = $api.useMutation('post', '/channels/{id}/check', {
    onSuccess: (checked) => {
      void reload();
      if (checked.status === 'connected') say(t('checkedOk', { name: channel.name }));
    },
  });
  const remove = $api.useMutation('delete', '/channels/{id}', {
    onSuccess: () => {
      void reload();
      say(t('deleted', { name: channel.name }));
    },
  });
  const problem = check.error ? toProblem(check.error) : null;
  const renewable =
    administrator && !channel.practice && (kind?.settings.length ?? 0) + (kind?.credentials.length ?? 0) > 0;

  return (
    <li className="px-4 py-3.5">
      <div className="flex flex-wrap items-center gap-x-3.5 gap-y-2.5">
        <NetworkBadge kind={channel.kind} size={36} />
        <div className="min-w-0 flex-1 basis-56">
          <h3 className="flex flex-wrap items-center gap-x-2 text-base leading-snug font-semibold">
            {channel.name}
            {channel.practice && <PracticeTag />}
          </h3>
          <p className="text-sm text-ink-2">
            {kind?.title ?? channel.kind}
            {channel.account.url && (
              <>
                {' · '}
                <a
                  href={channel.account.url}
                  target="_blank"
                  rel="noreferrer"
                  className="inline-flex items-center gap-1 rounded font-medium text-accent-ink underline underline-offset-2"
                >
                  {channel.account.name || t('account')}
                  <ExternalLink size={13} aria-label={t('newTab')} />
                </a>
              </>
            )}
          </p>
        </div>
        <div className="basis-44 max-sm:basis-full">
          <Health channel={channel} />
          <p className="text-xs text-ink-3">
            {channel.checked_at ? t('checkedAt', { at: format(channel.checked_at) }) : t('neverChecked')}
          </p>
          {channel.credentials_expire_at && (
            <p className="text-xs text-ink-3">{t('expires', { at: format(channel.credentials_expire_at, 'day') })}</p>
          )}
        </div>
        <div className="flex items-center gap-1.5">
          <Button
            size="sm"
            aria-label={t('checkName', { name: channel.name })}
            isPending={check.isPending}
            onPress={() => check.mutate(path)}
          >
            <RefreshCw size={15} aria-hidden />
            {t('check')}
          </Button>
          {renewable && (
            <Button
              size="sm"
              variant={channel.status === 'connected' ? 'secondary' : 'primary'}
              aria-label={t('renewName', { name: channel.name })}
              onPress={() => setDialog('renew')}
            >
              {t('renew')}
            </Button>
          )}
          {administrator && (
            <IconButton
              icon={Trash2}
              label={t('deleteName', { name: channel.name })}
              onPress={() => setDialog('delete')}
            />
          )}
        </div>
      </div>
      {channel.error && (
        <div className="mt-3">
          <Notice tone="failed">
            <p lang="fr" className="font-semibold">
              {channel.error.message}
            </p>
            <p lang="fr">{channel.error.next_step}</p>
          </Notice>
        </div>
      )}
      {problem && (
        <div className="mt-3">
          <ProblemNotice problem={problem} />
        </div>
      )}
      {dialog === 'renew' && kind && <RenewDialog channel={channel} kind={kind} onClose={() => setDialog('none')} />}
      <ConfirmDialog
        title={t('deleteTitle', { name: channel.name })}
        verb={t('delete')}
        danger
        isOpen={dialog === 'delete'}
        onOpenChange={(open) => setDialog(open ? 'delete' : 'none')}
        isPending={remove.isPending}
        problem={remove.error ? toProblem(remove.error) : null}
        onConfirm={() => remove.mutate(path)}
      >
        <p>{t('deleteWhat')}</p>
      </ConfirmDialog>
    </li>
  );
}
