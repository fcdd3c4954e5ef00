import clsx from 'clsx';
import { ExternalLink, Pencil, Radio, RefreshCw, Unplug } from 'lucide-react';
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
import { Allowed } from './Allowed';
import { GoLiveDialog } from './GoLiveDialog';
import { RenameDialog } from './RenameDialog';
import { RenewDialog } from './RenewDialog';
import { StandingTag } from './StandingTag';
import { needsRenewal, standingOf } from './standing';

type Open = 'none' | 'renew' | 'rename' | 'live' | 'delete';

/** One account: who it is, whether it works, what it allows, and what to do when it does not work. */
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
  const [open, setOpen] = useState<Open>('none');
  const [now] = useState(Date.now);
  const close = () => setOpen('none');
  const reload = () => queryClient.invalidateQueries({ queryKey: ['get', '/channels'] });
  // Accounts of several networks often have the same name.
  const who = t('who', { name: channel.name, network: kind?.title ?? channel.kind });
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
  const standing = standingOf(channel, kind?.abilities.renew ?? false, now);
  const asks = (kind?.settings.length ?? 0) + (kind?.credentials.length ?? 0) > 0;
  const renewable = administrator && !channel.practice && asks;

  return (
    <li className="relative px-4 py-4">
      {channel.practice && <Stripes className="absolute inset-y-0 left-0 w-1.5" />}
      <div className="flex flex-wrap items-start gap-x-3.5 gap-y-2.5">
        <NetworkBadge kind={channel.kind} size={36} />
        <div className="min-w-0 flex-1 basis-52">
          <h3 className="flex flex-wrap items-center gap-x-2 text-base leading-snug font-semibold">
            <span className="min-w-0 break-words">{channel.name}</span>
            {channel.practice && <PracticeTag />}
          </h3>
          <Account channel={channel} title={kind?.title ?? channel.kind} />
        </div>
        <div className="basis-48 max-sm:basis-full">
          <StandingTag standing={standing} />
          <Times channel={channel} renewsItself={kind?.abilities.renew ?? false} />
        </div>
      </div>
      <div className="mt-3 flex flex-wrap items-center gap-1.5 sm:pl-[50px]">
        <Button
          size="sm"
          aria-label={t('checkName', { name: who })}
          isPending={check.isPending}
          onPress={() => check.mutate(path)}
        >
          <RefreshCw size={15} aria-hidden />
          {t('check')}
        </Button>
        {renewable && (
          <Button
            size="sm"
            variant={needsRenewal(standing) ? 'primary' : 'secondary'}
            aria-label={t('renewName', { name: who })}
            onPress={() => setOpen('renew')}
          >
            {t('renew')}
          </Button>
        )}
        {administrator && channel.practice && (
          <Button size="sm" aria-label={t('goLiveName', { name: who })} onPress={() => setOpen('live')}>
            <Radio size={15} aria-hidden />
            {t('goLive')}
          </Button>
        )}
        {administrator && (
          <>
            <IconButton icon={Pencil} label={t('renameName', { name: who })} onPress={() => setOpen('rename')} />
            <IconButton icon={Unplug} label={t('deleteName', { name: who })} onPress={() => setOpen('delete')} />
          </>
        )}
      </div>
      <div className="sm:pl-[50px]">
        {standing.is === 'waiting' && <Waiting since={standing.since} until={standing.until} />}
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
        {kind && <Allowed channel={channel} kind={kind} />}
      </div>
      {open === 'renew' && kind && <RenewDialog channel={channel} kind={kind} onClose={close} />}
      {open === 'rename' && <RenameDialog channel={channel} onClose={close} />}
      {open === 'live' && kind && <GoLiveDialog channel={channel} kind={kind} onClose={close} />}
      <ConfirmDialog
        title={t('deleteTitle', { name: who })}
        verb={t('delete')}
        danger
        isOpen={open === 'delete'}
        onOpenChange={(isOpen) => setOpen(isOpen ? 'delete' : 'none')}
        isPending={remove.isPending}
        problem={remove.error ? toProblem(remove.error) : null}
        onConfirm={() => remove.mutate(path)}
      >
        <ul className="list-disc space-y-1.5 pl-5 text-sm">
          <li>{t('deleteForgets')}</li>
          <li>{t('deleteCancels')}</li>
          <li>{channel.practice ? t('deleteKeepsPractice') : t('deleteKeeps')}</li>
        </ul>
      </ConfirmDialog>
    </li>
  );
}

/** The mark of the sandbox, beside its word. */
export function Stripes({ className }: { className: string }) {
  return (
    <span
      aria-hidden
      className={clsx('bg-[repeating-linear-gradient(135deg,var(--st-paused)_0_5px,transparent_5px_10px)]', className)}
    />
  );
}

function Account({ channel, title }: { channel: Channel; title: string }) {
  const t = useTranslations('channels');
  return (
    <p className="text-sm text-ink-2">
      {title}
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
  );
}

function Times({ channel, renewsItself }: { channel: Channel; renewsItself: boolean }) {
  const t = useTranslations('channels');
  const format = useDates();
  return (
    <>
      <p className="text-xs text-ink-3">
        {channel.checked_at ? t('checkedAt', { at: format(channel.checked_at) }) : t('neverChecked')}
      </p>
      {channel.credentials_expire_at && (
        <p className="text-xs text-ink-3">
          {renewsItself
            ? t('renewsItself', { at: format(channel.credentials_expire_at, 'day') })
            : t('expires', { at: format(channel.credentials_expire_at, 'day') })}
        </p>
      )}
    </>
  );
}

function Waiting({ since, until }: { since: string; until: string }) {
  const t = useTranslations('health');
  const format = useDates();
  return (
    <div className="mt-3">
      <Notice tone="pending">
        <p>{t('waitingWhat', { since: format(since), until: format(until, 'time') })}</p>
      </Notice>
    </div>
  );
}
