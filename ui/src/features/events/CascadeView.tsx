import clsx from 'clsx';
import { ArrowRight, CircleSlash, ExternalLink, type LucideIcon, Megaphone, Pencil, Plus, Replace } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { Cascade, CascadeItem } from '../../api/events';
import { useDates } from '../../i18n/useDates';
import { Notice } from '../../ui/ProblemNotice';

const LOOKS: Record<Exclude<CascadeItem['action'], 'keep'>, { icon: LucideIcon; tone: string }> = {
  move: { icon: ArrowRight, tone: 'text-scheduled' },
  reword: { icon: Replace, tone: 'text-scheduled' },
  add: { icon: Plus, tone: 'text-published' },
  cancel: { icon: CircleSlash, tone: 'text-failed' },
  correct: { icon: Pencil, tone: 'text-pending' },
};

/** Everything that a change would do, before it is done. */
export function CascadeView({
  cascade,
  nameOf,
}: {
  cascade: Cascade;
  nameOf: (channel: string, otherwise?: string) => string;
}) {
  const t = useTranslations('cascade');
  const action = useTranslations('cascadeAction');
  const format = useDates();
  const kept = cascade.items.filter((i) => i.action === 'keep').length;
  const items = cascade.items.filter((i) => i.action !== 'keep');
  const times = (item: CascadeItem) => {
    if (item.action === 'move' && item.from && item.to)
      return t('fromTo', { from: format(item.from, 'short'), to: format(item.to, 'short') });
    const at = item.action === 'add' ? item.to : item.from;
    return at ? format(at, 'short') : '';
  };
  return (
    <section aria-labelledby="cascade" className="space-y-3">
      <h3 id="cascade" className="text-sm font-bold">
        {t('title')}
      </h3>
      {items.length === 0 && <p className="text-sm text-ink-2">{t('nothing')}</p>}
      <ul className="divide-y divide-line rounded-lg border border-line empty:hidden">
        {items.map((item) => {
          const { icon: Icon, tone } = LOOKS[item.action as keyof typeof LOOKS];
          return (
            <li key={item.step} className="px-3 py-2.5 text-sm">
              <p className="flex flex-wrap items-center gap-x-2 gap-y-0.5">
                <span className={clsx('inline-flex items-center gap-1.5 font-semibold', tone)}>
                  <Icon size={15} aria-hidden />
                  {action(item.action)}
                </span>
                <span lang="fr" className="min-w-0 font-medium">
                  {item.title}
                </span>
              </p>
              <p className="text-ink-2">
                {times(item)}
                {item.reason && <span lang="fr"> · {item.reason}</span>}
              </p>
              {item.published.length > 0 && (
                <ul className="mt-1 flex flex-wrap gap-x-3">
                  {item.published.map((d) => (
                    <li key={d.id}>
                      {d.remote_url ? (
                        <a
                          href={d.remote_url}
                          target="_blank"
                          rel="noreferrer"
                          className="inline-flex min-h-6 items-center gap-1 rounded font-semibold text-accent-ink underline underline-offset-2"
                        >
                          {t('seeOn', { name: nameOf(d.channel_id, d.channel_name) })}
                          <ExternalLink size={13} aria-label={t('newTab')} />
                        </a>
                      ) : (
                        nameOf(d.channel_id, d.channel_name)
                      )}
                    </li>
                  ))}
                </ul>
              )}
            </li>
          );
        })}
      </ul>
      {kept > 0 && <p className="text-sm text-ink-2">{t('kept', { n: kept })}</p>}
      {cascade.notice ? (
        <div className="rounded-lg border border-line bg-surface-2 p-3">
          <p className="flex items-center gap-2 text-sm font-bold">
            <Megaphone size={16} aria-hidden />
            {t('notice', { names: cascade.notice.channels.map((id) => nameOf(id)).join(', ') })}
          </p>
          <p lang="fr" className="mt-1.5 text-sm whitespace-pre-line">
            {cascade.notice.text}
          </p>
        </div>
      ) : (
        <Notice tone="info">
          <p>{t('noNotice')}</p>
        </Notice>
      )}
    </section>
  );
}
