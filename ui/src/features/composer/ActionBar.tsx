import { CalendarClock, FlaskConical, Save, Send } from 'lucide-react';
import { type Dispatch, lazy, Suspense } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from '../../ui/Button';
import { Segmented } from '../../ui/Segmented';
import { FindingList } from './FindingList';
import type { Finding } from './findings';
import type { Change, When } from './state';
import type { Saving } from './useSave';

// The calendar is heavy, and most posts leave at once.
const WhenField = lazy(() => import('./WhenField').then((m) => ({ default: m.WhenField })));

/** When, and go. */
export function ActionBar({
  when,
  zone,
  dispatch,
  findings,
  count,
  practising,
  real,
  saving,
  onPublish,
  onDraft,
}: {
  when: When;
  zone: string;
  dispatch: Dispatch<Change>;
  findings: Finding[];
  count: number;
  /** Practice channels are among the chosen ones. */
  practising: boolean;
  /** The names of the chosen channels that publish for real. */
  real: string[];
  saving: Saving | null;
  onPublish: () => void;
  onDraft: () => void;
}) {
  const t = useTranslations('when');
  const later = when.mode === 'at';
  return (
    <div className="sticky bottom-0 z-20 border-t border-line bg-surface [@media(max-height:520px)]:static">
      {practising && (
        <p className="hatch flex items-center justify-center gap-2 border-b border-line bg-paused-soft px-4 py-1.5 text-center text-sm font-semibold text-paused max-lg:text-xs">
          <FlaskConical size={16} aria-hidden className="shrink-0" />
          {real.length === 0 ? t('practiceOnly') : t('practiceMixed', { names: real.join(', ') })}
        </p>
      )}
      <div className="px-4 pt-2.5 pb-[calc(env(safe-area-inset-bottom)+.625rem)] lg:px-6 lg:py-3">
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <Segmented
            label={t('when')}
            value={when.mode}
            onChange={(mode) => dispatch({ type: 'when', when: { mode } })}
            items={[
              { id: 'now', label: t('now') },
              { id: 'at', label: t('at') },
            ]}
          />
          {later && (
            <div className="max-lg:order-2 max-lg:self-start">
              <Suspense fallback={<span className="text-sm text-ink-3">{t('loading')}</span>}>
                <WhenField
                  when={when}
                  zone={zone}
                  invalid={findings.length > 0}
                  onChange={(changed) => dispatch({ type: 'when', when: changed })}
                />
              </Suspense>
            </div>
          )}
          <Button isPending={saving === 'draft'} onPress={onDraft} className="ml-auto max-lg:order-1 max-lg:size-11">
            <Save size={17} aria-hidden className="shrink-0" />
            <span className="max-lg:sr-only">{t('draft')}</span>
          </Button>
          <Button
            variant="primary"
            isPending={saving === 'publish'}
            onPress={onPublish}
            className="max-lg:order-3 max-lg:h-11 max-lg:flex-1 max-lg:px-3"
          >
            {later ? <CalendarClock size={17} aria-hidden className="max-lg:hidden" /> : <Send size={17} aria-hidden />}
            {later ? t('schedule') : t('publish')}
            <span className="rounded-full bg-on-accent/20 px-1.5 text-xs leading-5">
              <span aria-hidden>{count}</span>
              <span className="sr-only">{t('onChannels', { n: count })}</span>
            </span>
          </Button>
        </div>
        {findings.length > 0 && (
          <div className="mt-2">
            <FindingList findings={findings} nameOf={(id) => id} />
          </div>
        )}
      </div>
    </div>
  );
}
