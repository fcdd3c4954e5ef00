import { Bell, CirclePause, FlaskConical, type LucideIcon, Megaphone, Plane, Timer, UserCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { BroadcastPreview } from '../../api/types';
import { NetworkBadge } from '../../ui/Network';

/** Every consequence with its number, before the act. */
export function Consequences({
  preview,
  off,
  exercise,
  secondPerson,
}: {
  preview: BroadcastPreview | undefined;
  off: string[];
  exercise: boolean;
  secondPerson: boolean;
}) {
  const t = useTranslations('alert');
  const bold = { b: (chunks: ReactNode) => <b className="text-ink">{chunks}</b> };
  const accounts = preview?.accounts.filter((a) => !off.includes(a.channel_id));
  const n = accounts?.length ?? 0;
  const notReady = accounts?.filter((a) => !a.ready).length ?? 0;
  return (
    <>
      <ul className="space-y-2.5 leading-snug text-ink-2">
        {exercise ? (
          <>
            <Line icon={FlaskConical}>{t.rich('simulated', { n, ...bold })}</Line>
            <Line icon={CirclePause}>{t('noPause')}</Line>
            <Line icon={Timer}>{t('measured')}</Line>
          </>
        ) : (
          <>
            <Line icon={Megaphone}>
              {preview ? t.rich('atOnce', { n, ...bold }) : t('everywhere')}
              {notReady > 0 && <span className="block text-sm text-pending">{t('notReady', { n: notReady })}</span>}
            </Line>
            {preview && <Line icon={CirclePause}>{t.rich('willHold', { n: preview.would_hold, ...bold })}</Line>}
            {preview && preview.in_flight > 0 && (
              <Line icon={Plane}>{t.rich('inFlight', { n: preview.in_flight, ...bold })}</Line>
            )}
            <Line icon={Bell}>{t('banner')}</Line>
          </>
        )}
        {secondPerson && <Line icon={UserCheck}>{t('secondPerson')}</Line>}
      </ul>
      {accounts && (
        <ul aria-label={t('accounts')} className="mt-3.5 flex flex-wrap gap-x-4 gap-y-2 border-t border-line pt-3.5">
          {accounts.map((a) => (
            <li key={a.channel_id} className="flex min-w-0 items-center gap-2 text-sm">
              <NetworkBadge kind={a.kind} size={24} className="ring-1 ring-white/25" />
              <span className="min-w-0 truncate">{a.account || a.name}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function Line({ icon: Icon, children }: { icon: LucideIcon; children: ReactNode }) {
  return (
    <li className="flex gap-3">
      <Icon size={20} aria-hidden className="mt-px shrink-0" />
      <span className="min-w-0">{children}</span>
    </li>
  );
}
