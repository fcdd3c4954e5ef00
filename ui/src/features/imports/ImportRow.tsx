import { Link } from '@tanstack/react-router';
import { ChevronDown, ExternalLink, Image, TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import { Button as AriaButton, Disclosure, DisclosurePanel } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { $api, api } from '../../api/client';
import { hideImport, type Import, refreshImports } from '../../api/imports';
import { type Problem, toProblem } from '../../api/problem';
import { useDates } from '../../i18n/useDates';
import { Button, buttonLook } from '../../ui/Button';
import { Notice, ProblemNotice } from '../../ui/ProblemNotice';
import { say } from '../../ui/toast';
import { ImportStateTag } from './ImportStateTag';
import { ItemPreview } from './ItemPreview';
import { pictureAddress } from './pictures';

/** What may still be taken, even after somebody had let it go. */
const TAKEABLE: Import['state'][] = ['proposed', 'declined', 'skipped', 'failed'];

/** One item of a source, and what can be done with it. */
export function ImportRow({
  item,
  sourceName,
  onTake,
}: {
  item: Import;
  sourceName: string | undefined;
  onTake: () => void;
}) {
  const t = useTranslations('imports');
  const format = useDates();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [open, setOpen] = useState(false);
  const title = item.title || t('untitled');
  const cover = item.pictures.find((p) => p.media_id);
  const seen = $api.useMutation('post', '/imports/{id}/seen', {
    onSuccess: () => refreshImports(),
    onError: (error) => setProblem(toProblem(error)),
  });

  const propose = async () => {
    const { error } = await api.POST('/imports/{id}/propose', { params: { path: { id: item.id } } });
    if (error) setProblem(toProblem(error));
    refreshImports();
  };
  const decline = async () => {
    setProblem(null);
    const restore = hideImport(item.id);
    const { error } = await api.POST('/imports/{id}/decline', { params: { path: { id: item.id } } });
    if (error) {
      restore();
      setProblem(toProblem(error));
      return;
    }
    say(t('declined', { title }), { action: { label: t('undo'), run: () => void propose() } });
    refreshImports();
  };

  return (
    <li className="overflow-hidden rounded-lg border border-line bg-surface shadow-1">
      <article aria-label={title} className="flex gap-4 p-4">
        <span className="grid size-20 shrink-0 place-items-center overflow-hidden rounded-md bg-sunken text-ink-3 max-sm:hidden">
          {cover?.media_id ? (
            <img src={pictureAddress(cover.media_id)} alt="" loading="lazy" className="size-full object-cover" />
          ) : (
            <Image size={20} aria-hidden className="opacity-50" />
          )}
        </span>
        <div className="min-w-0 flex-1 space-y-2">
          <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1 text-sm text-ink-2">
            <ImportStateTag state={item.state} />
            <span className="min-w-0 truncate">{sourceName ?? t('removedSource')}</span>
            {item.published_at && <time dateTime={item.published_at}>{format(item.published_at)}</time>}
          </div>
          <h2 className="text-base font-semibold break-words">{title}</h2>
          {item.text && <p className="line-clamp-3 text-sm break-words whitespace-pre-line text-ink-2">{item.text}</p>}
          {item.scheduled_at && <p className="text-sm font-medium">{t('leaves', { at: format(item.scheduled_at) })}</p>}
          {item.notes.length > 0 && (
            <ul className="space-y-1">
              {item.notes.map((note) => (
                <li key={note} className="flex items-start gap-1.5 text-sm">
                  <TriangleAlert size={15} aria-hidden className="mt-0.5 shrink-0 text-pending" />
                  {note}
                </li>
              ))}
            </ul>
          )}
          {item.changed && (
            <Notice tone="pending">
              <p>{t('changedThere')}</p>
              <Button
                size="sm"
                isPending={seen.isPending}
                onPress={() => seen.mutate({ params: { path: { id: item.id } } })}
              >
                {t('markSeen')}
              </Button>
            </Notice>
          )}
          {problem && <ProblemNotice problem={problem} />}
          <div className="flex flex-wrap items-center gap-2 pt-1">
            {TAKEABLE.includes(item.state) && (
              <Button variant={item.state === 'proposed' ? 'primary' : 'secondary'} size="sm" onPress={onTake}>
                {item.state === 'proposed' ? t('take') : t('takeAnyway')}
                <span className="sr-only"> {title}</span>
              </Button>
            )}
            {(item.state === 'proposed' || item.state === 'failed') && (
              <Button size="sm" onPress={() => void decline()}>
                {t('decline')}
                <span className="sr-only"> {title}</span>
              </Button>
            )}
            {item.post_id && (
              <Link to="/posts/$id" params={{ id: item.post_id }} className={buttonLook('secondary', 'sm')}>
                {t('openPost')}
                <span className="sr-only"> {title}</span>
              </Link>
            )}
            {/^https?:/.test(item.link) && (
              <a href={item.link} target="_blank" rel="noreferrer" className={buttonLook('ghost', 'sm')}>
                <ExternalLink size={15} aria-hidden />
                {t('openArticle')}
                <span className="sr-only"> {title}</span>
              </a>
            )}
          </div>
        </div>
      </article>
      {TAKEABLE.includes(item.state) && (
        <Disclosure isExpanded={open} onExpandedChange={setOpen} className="group border-t border-line">
          <AriaButton
            slot="trigger"
            className="flex h-10 w-full cursor-pointer items-center gap-2 px-4 text-sm font-semibold text-accent-ink hover:bg-surface-2 max-lg:h-11"
          >
            <ChevronDown size={16} aria-hidden className="transition-transform group-expanded:rotate-180" />
            {t('showAdapted')}
            <span className="sr-only"> {title}</span>
          </AriaButton>
          <DisclosurePanel>
            {/* Asked of the server when somebody wants to see it. */}
            {open && (
              <div className="bg-sunken/60 p-4">
                <ItemPreview item={item} />
              </div>
            )}
          </DisclosurePanel>
        </Disclosure>
      )}
    </li>
  );
}
