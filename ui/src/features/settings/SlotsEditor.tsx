import { Copy, Plus, Sparkles, X } from 'lucide-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { useLanguage } from '../../i18n';
import { Button, buttonLook } from '../../ui/Button';
import {
  likeMonday,
  MOST_SLOTS,
  type Slot,
  sameSlots,
  suggested,
  timesOn,
  WEEKDAYS,
  withoutSlot,
  withSlot,
} from './slots';

/** A Monday. */
const MONDAY = Date.UTC(2024, 0, 1);
const DAY = 86_400_000;

function useWeekdays() {
  const { locale } = useLanguage();
  const name = new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' });
  return (weekday: number) => name.format(MONDAY + (weekday - 1) * DAY);
}

/** The hours at which the commune publishes, by weekday. By keyboard as by hand. */
export function SlotsEditor({ slots, onChange }: { slots: Slot[]; onChange: (slots: Slot[]) => void }) {
  const t = useTranslations('slotEditor');
  const nameOf = useWeekdays();
  const copied = likeMonday(slots);
  return (
    <div>
      {slots.length === 0 && (
        <div className="mb-3 flex flex-wrap items-center justify-between gap-2 rounded-md bg-surface-2 px-3 py-2.5 text-sm">
          <p className="min-w-0 flex-1 basis-56">{t('none')}</p>
          <Button size="sm" onPress={() => onChange(suggested)}>
            <Sparkles size={15} aria-hidden />
            {t('suggest')}
          </Button>
        </div>
      )}
      <ul className="divide-y divide-line rounded-md border border-line">
        {WEEKDAYS.map((weekday) => (
          <Day
            key={weekday}
            name={nameOf(weekday)}
            times={timesOn(slots, weekday)}
            full={slots.length >= MOST_SLOTS}
            onAdd={(at) => onChange(withSlot(slots, { weekday, at }))}
            onRemove={(at) => onChange(withoutSlot(slots, { weekday, at }))}
          />
        ))}
      </ul>
      {timesOn(slots, 1).length > 0 && !sameSlots(copied, slots) && copied.length <= MOST_SLOTS && (
        <Button variant="ghost" size="sm" className="mt-2" onPress={() => onChange(copied)}>
          <Copy size={15} aria-hidden />
          {t('likeMonday')}
        </Button>
      )}
    </div>
  );
}

function Day({
  name,
  times,
  full,
  onAdd,
  onRemove,
}: {
  name: string;
  times: string[];
  full: boolean;
  onAdd: (at: string) => void;
  onRemove: (at: string) => void;
}) {
  const t = useTranslations('slotEditor');
  const [adding, setAdding] = useState(false);
  const [twice, setTwice] = useState(false);
  const more = useRef<HTMLButtonElement>(null);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (adding) field.current?.focus();
  }, [adding]);

  const close = () => {
    setAdding(false);
    setTwice(false);
    // The button is there again once this is drawn.
    requestAnimationFrame(() => more.current?.focus());
  };
  const add = (e: FormEvent) => {
    e.preventDefault();
    const at = field.current?.value ?? '';
    if (at === '') return field.current?.focus();
    if (times.includes(at)) return setTwice(true);
    onAdd(at);
    close();
  };

  return (
    <li className="flex items-start gap-x-2 px-3 py-1.5">
      <span className="w-20 shrink-0 pt-1.5 text-sm font-semibold first-letter:uppercase max-lg:pt-2.5 sm:w-24">
        {name}
      </span>
      <div className="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-1.5">
        <ul aria-label={t('hoursOf', { day: name })} className="contents">
          {times.map((at) => (
            <li
              key={at}
              className="inline-flex items-center rounded-md bg-accent-soft pl-2.5 text-sm font-semibold text-accent-ink"
            >
              {at}
              <Button
                variant="ghost"
                size="sm"
                aria-label={t('remove', { at, day: name })}
                className="!px-2"
                onPress={() => {
                  onRemove(at);
                  more.current?.focus();
                }}
              >
                <X size={14} aria-hidden />
              </Button>
            </li>
          ))}
        </ul>
        {adding ? (
          <form onSubmit={add} className="flex flex-wrap items-center gap-1.5">
            <input
              ref={field}
              type="time"
              aria-label={t('hourOn', { day: name })}
              aria-invalid={twice || undefined}
              aria-describedby={twice ? `twice-${name}` : undefined}
              onChange={() => setTwice(false)}
              onKeyDown={(e) => e.key === 'Escape' && close()}
              className="h-9 rounded-md border border-line-strong bg-surface px-2 text-base text-ink max-lg:h-11"
            />
            <Button type="submit" size="sm">
              {t('add')}
            </Button>
            <Button variant="ghost" size="sm" onPress={close}>
              {t('cancel')}
            </Button>
            {twice && (
              <p id={`twice-${name}`} role="alert" className="text-sm font-medium text-failed">
                {t('twice')}
              </p>
            )}
          </form>
        ) : (
          <AriaButton
            ref={more}
            className={buttonLook('ghost', 'sm')}
            isDisabled={full}
            aria-label={t('addOn', { day: name })}
            onPress={() => setAdding(true)}
          >
            <Plus size={15} aria-hidden />
            {times.length === 0 ? t('add') : null}
          </AriaButton>
        )}
      </div>
    </li>
  );
}
