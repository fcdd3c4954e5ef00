import { TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import type { ImportRule, SourcePreview } from '../../api/imports';
import { useDates } from '../../i18n/useDates';
import { Button } from '../../ui/Button';
import { actionFor } from './actionFor';

/** The newest items of a source that is not followed yet, and what would become of each. */
export function PreviewItems({
  items,
  rules,
  isPending,
  onAgain,
}: {
  items: SourcePreview['items'];
  rules: ImportRule[];
  isPending: boolean;
  onAgain: () => void;
}) {
  const t = useTranslations('sources');
  const actions = useTranslations('importAction');
  const format = useDates();
  return (
    <section aria-label={t('firstItems')} className="space-y-2">
      <div className="flex items-center justify-between gap-2">
        <h3 className="text-sm font-bold">{t('firstItems')}</h3>
        <Button size="sm" variant="ghost" isPending={isPending} onPress={onAgain}>
          {t('lookAgain')}
        </Button>
      </div>
      {items.length === 0 && <p className="text-sm text-ink-2">{t('noItems')}</p>}
      <ul className="divide-y divide-line rounded-md border border-line">
        {items.slice(0, 8).map((item, i) => (
          <li key={i} className="flex gap-3 p-3">
            <div className="min-w-0 flex-1 text-sm">
              <p className="font-semibold break-words">{item.title || t('untitled')}</p>
              <p className="text-ink-2">
                {item.published_at && format(item.published_at)}
                {item.categories.length > 0 && ` · ${item.categories.join(', ')}`}
                {item.pictures.length > 0 && ` · ${t('pictures', { n: item.pictures.length })}`}
              </p>
              <p className="mt-0.5 font-medium">
                {item.ours ? t('alreadyOurs') : actions(actionFor(rules, item.categories))}
              </p>
              {item.notes.map((note) => (
                <p key={note} className="mt-0.5 flex items-start gap-1.5">
                  <TriangleAlert size={15} aria-hidden className="mt-0.5 shrink-0 text-pending" />
                  {note}
                </p>
              ))}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}
