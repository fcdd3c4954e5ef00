import { Check, RotateCw, X } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { SendingBar } from '../../pictures/SendingBar';
import { Button, IconButton } from '../../ui/Button';
import { useProblemText } from '../../ui/ProblemNotice';
import type { Sending } from './sending';

/** How far pictures are on their way. */
export function SendingList({
  list,
  onRetry,
  onRemove,
}: {
  list: Sending[];
  onRetry: (key: string) => void;
  onRemove: (key: string) => void;
}) {
  const t = useTranslations('library');
  const problemText = useProblemText();
  return (
    <ul aria-label={t('sending')} className="mb-4 space-y-2">
      {list.map(({ key, name, src, upload }) => (
        <li key={key} className="flex items-center gap-3 rounded-lg border border-line bg-surface p-2 shadow-1">
          <img src={src} alt="" className="size-12 shrink-0 rounded-md bg-sunken object-cover" />
          <div className="min-w-0 flex-1">
            <p className="truncate text-sm font-semibold">{name}</p>
            {upload.state === 'sending' && (
              <SendingBar
                label={t('sendingOne', { name })}
                fraction={upload.fraction}
                track="bg-sunken"
                className="mt-1"
              />
            )}
            {upload.state === 'failed' && (
              <p role="alert" className="text-sm font-medium text-failed">
                {problemText(upload.problem)}
              </p>
            )}
            {upload.state === 'stored' && (
              <p role="status" className="flex items-center gap-1 text-sm text-published">
                <Check size={15} aria-hidden />
                {t('stored')}
              </p>
            )}
          </div>
          {upload.state === 'failed' && (
            <Button size="sm" onPress={() => onRetry(key)}>
              <RotateCw size={15} aria-hidden />
              {t('sendAgain')}
            </Button>
          )}
          <IconButton
            label={upload.state === 'sending' ? t('stop', { name }) : t('dismiss', { name })}
            icon={X}
            onPress={() => onRemove(key)}
          />
        </li>
      ))}
    </ul>
  );
}
