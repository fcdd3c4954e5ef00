import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { FreeSlot } from '../../api/calendar';
import { type Fold, type Wall, wallOf } from '../../data/wall';
import { useDates } from '../../i18n/useDates';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';
import { Notice } from '../../ui/ProblemNotice';
import { WhenField } from '../composer/WhenField';
import { chosenInstant, type Outcome } from './moving';
import type { Item } from './plan';

const PROPOSED = 4;

/** Another day and hour, without a mouse, and wherever an hour must be chosen. */
export function MoveDialog({
  item,
  wall: wanted,
  why,
  zone,
  slots,
  onChosen,
  onClose,
}: {
  item: Item;
  wall: Wall;
  /** Why it is asked, where a person did not ask for it. */
  why: Extract<Outcome, { kind: 'ask' }>['why'] | null;
  zone: string;
  slots: FreeSlot[];
  onChosen: (at: string) => void;
  onClose: () => void;
}) {
  const t = useTranslations('calendar');
  const format = useDates();
  const [wall, setWall] = useState(wanted);
  const [fold, setFold] = useState<Fold>('earlier');
  const chosen = chosenInstant(wall, fold, zone, Date.now());
  const unchanged = typeof chosen === 'object' && item.entry.at !== null && wallOf(item.entry.at, zone) === wall;
  const reason = why !== null && wall === wanted ? why : null;
  return (
    <Dialog title={item.entry.at ? t('moveTitle') : t('planTitle')} isOpen onOpenChange={(open) => !open && onClose()}>
      <DialogBody>
        <p className="font-semibold text-pretty break-words">{item.name || t('untitled')}</p>
        {item.entry.at && <p className="text-sm text-ink-2">{t('leavesNow', { at: format(item.entry.at, 'long') })}</p>}
        <WhenField
          when={{ mode: 'at', wall, fold }}
          zone={zone}
          invalid={typeof chosen === 'string'}
          onChange={(changed) => {
            if (changed.wall !== undefined) setWall(changed.wall);
            if (changed.fold !== undefined) setFold(changed.fold);
          }}
        />
        <div role="status">
          {chosen === 'gap' && (
            <Notice tone="failed">
              <p>{t('gap')}</p>
            </Notice>
          )}
          {chosen === 'past' && (
            <Notice tone="failed">
              <p>{t('pastHour')}</p>
            </Notice>
          )}
          {reason === 'twice' && (
            <Notice tone="info">
              <p>{t('twice')}</p>
            </Notice>
          )}
        </div>
        {slots.length > 0 && (
          <div>
            <p className="mb-1.5 text-sm font-semibold">{t('freeSlots')}</p>
            <div className="flex flex-wrap gap-2">
              {slots.slice(0, PROPOSED).map((slot) => (
                <Button key={slot.wall} size="sm" onPress={() => setWall(slot.wall)}>
                  {format(slot.at)}
                </Button>
              ))}
            </div>
          </div>
        )}
      </DialogBody>
      <DialogFooter>
        <Button onPress={onClose}>{t('leave')}</Button>
        <Button
          variant="primary"
          isDisabled={typeof chosen === 'string' || unchanged}
          onPress={() => typeof chosen === 'object' && onChosen(chosen.at)}
        >
          {item.entry.at ? t('moveVerb') : t('planVerb')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}
