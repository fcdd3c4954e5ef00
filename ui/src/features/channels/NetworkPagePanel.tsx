import { ArrowRight, ClipboardPaste } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/Button';
import { ProblemNotice } from '../../ui/ProblemNotice';
import type { PageOf } from './usePageOf';

/** The way through the network's own page; the other one, for those who hold codes already, is one step away. */
export function NetworkPagePanel({
  network,
  page,
  channelId,
  onPaste,
}: {
  network: string;
  page: PageOf;
  channelId?: string;
  onPaste: () => void;
}) {
  const t = useTranslations('connect');
  return (
    <div className="space-y-3 rounded-lg bg-surface-2 p-4">
      <p className="text-sm text-ink-2">{t('pageWhat', { network })}</p>
      {page.problem && <ProblemNotice problem={page.problem} />}
      <div className="flex flex-wrap items-center gap-2">
        <Button variant="primary" isPending={page.isLeaving} onPress={() => page.open(channelId)}>
          {t('continueOn', { network })}
          <ArrowRight size={17} aria-hidden />
        </Button>
        <Button variant="ghost" onPress={onPaste}>
          <ClipboardPaste size={16} aria-hidden />
          {t('paste')}
        </Button>
      </div>
    </div>
  );
}

/** For whoever runs the server: what is missing for that way. */
export function LackingKeys({ network, callbackUrl }: { network: string; callbackUrl: string }) {
  const t = useTranslations('connect');
  return (
    <details className="rounded-md bg-surface-2 px-3.5 py-2.5 text-sm">
      <summary className="cursor-pointer font-medium text-accent-ink">{t('lackingTitle', { network })}</summary>
      <p className="mt-2 text-ink-2">{t('lackingWhat', { network })}</p>
      <code className="mt-1.5 block break-all">{callbackUrl}</code>
    </details>
  );
}
