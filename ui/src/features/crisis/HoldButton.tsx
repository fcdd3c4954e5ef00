import clsx from 'clsx';
import { Siren } from 'lucide-react';
import { type ReactNode, useId, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useLanguage } from '../../i18n';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { HOLD_MS, useHold } from './useHold';

const AROUND = 2 * Math.PI * 17;

/** The one act that cannot be taken back: held for a second and a half, or confirmed in two steps. */
export function HoldButton({
  label,
  detail,
  ask,
  verb,
  summary,
  isPending,
  calm = false,
  onConfirm,
}: {
  label: string;
  detail: string;
  /** The question of the two-step way, what it is about, and its answer. */
  ask: string;
  verb: string;
  summary?: ReactNode;
  isPending: boolean;
  /** It says good news. */
  calm?: boolean;
  onConfirm: () => void;
}) {
  const t = useTranslations('hold');
  const { locale } = useLanguage();
  const [asking, setAsking] = useState(false);
  const help = useId();
  const hold = useHold({ onDone: onConfirm, onAsk: () => setAsking(true), isDisabled: isPending });
  const holding = hold.share > 0;
  const left = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(
    ((1 - hold.share) * HOLD_MS) / 1_000,
  );
  return (
    <div>
      <button
        type="button"
        {...hold.holdProps}
        onContextMenu={(e) => e.preventDefault()}
        aria-describedby={help}
        aria-busy={isPending}
        data-hold
        className={clsx(
          'relative isolate flex min-h-[76px] w-full touch-none items-center justify-center gap-3.5 overflow-hidden rounded-xl px-4 py-2 text-white select-none [-webkit-touch-callout:none]',
          'focus-visible:outline-3 focus-visible:outline-offset-3',
          isPending ? 'cursor-progress' : 'cursor-pointer',
          calm ? 'bg-published-soft ring-2 ring-published ring-inset' : 'bg-act shadow-[0_8px_36px_var(--act-glow)]',
        )}
      >
        {/* The width is a transform of the bar itself: it costs no layout on an old phone. */}
        <svg
          aria-hidden
          viewBox="0 0 100 10"
          preserveAspectRatio="none"
          className={clsx('absolute inset-0 -z-10 size-full', calm ? 'text-published/25' : 'text-act-deep')}
        >
          <rect width={hold.share * 100} height="10" fill="currentColor" />
        </svg>
        <svg width="44" height="44" viewBox="0 0 40 40" aria-hidden className="shrink-0">
          <circle cx="20" cy="20" r="17" fill="none" stroke="#fff" strokeOpacity=".3" strokeWidth="4" />
          <circle
            cx="20"
            cy="20"
            r="17"
            fill="none"
            stroke="#fff"
            strokeWidth="4"
            strokeLinecap="round"
            strokeDasharray={AROUND}
            strokeDashoffset={AROUND * (1 - hold.share)}
            transform="rotate(-90 20 20)"
          />
          <Siren x="10" y="10" width="20" height="20" color="#fff" strokeWidth={2.2} />
        </svg>
        <span className="min-w-0 text-left leading-tight">
          <span className="block text-lg font-bold">{isPending ? t('sending') : holding ? t('keep') : label}</span>
          <span className="block text-sm font-medium">
            {holding ? t('leaves', { seconds: left }) : isPending ? t('wait') : detail}
          </span>
        </span>
      </button>
      <p
        role="status"
        className={clsx('text-center text-sm font-semibold', hold.early ? 'mt-2.5 text-ink' : 'sr-only')}
      >
        {holding ? t('keep') : hold.early ? t('early') : ''}
      </p>
      <p className="mt-1.5 text-center">
        <button
          type="button"
          id={help}
          disabled={isPending}
          onClick={() => {
            hold.forget();
            setAsking(true);
          }}
          className="min-h-9 cursor-pointer rounded px-2 text-sm font-medium text-ink-2 underline underline-offset-3 hover:text-ink max-lg:min-h-11"
        >
          {t('otherwise')}
        </button>
      </p>
      <Dialog title={ask} isOpen={asking} onOpenChange={setAsking} alert>
        <DialogBody>
          {summary}
          <p className="text-ink-2">{detail}</p>
        </DialogBody>
        <DialogFooter>
          <Button autoFocus size="lg" onPress={() => setAsking(false)}>
            {t('cancel')}
          </Button>
          <Button
            variant="danger"
            size="lg"
            onPress={() => {
              setAsking(false);
              onConfirm();
            }}
          >
            {verb}
          </Button>
        </DialogFooter>
      </Dialog>
    </div>
  );
}
