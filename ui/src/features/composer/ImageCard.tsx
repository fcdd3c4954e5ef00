import clsx from 'clsx';
import { ArrowDown, ArrowUp, Check, Crosshair, GripVertical, RotateCw, Trash2, X } from 'lucide-react';
import { type Dispatch, lazy, type RefObject, Suspense, useState } from 'react';
import { Checkbox, Label, TextArea, TextField } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import type { Kind, Preview } from '../../api/types';
import { LighterNote } from '../../pictures/LighterNote';
import type { Picture } from '../../pictures/picture';
import { SendingBar } from '../../pictures/SendingBar';
import { Button, IconButton } from '../../ui/Button';
import { inputLook } from '../../ui/Field';
import { useProblemText } from '../../ui/ProblemNotice';
import { FindingList } from './FindingList';
import type { Finding } from './findings';
import type { Fix } from './fixes';
import { altId } from './pictureIds';
import type { Change } from './state';

const FocalDialog = lazy(() => import('../../pictures/FocalDialog').then((m) => ({ default: m.FocalDialog })));

/** Where in the list a pointer is: over which picture. */
function positionUnder(list: HTMLOListElement | null, y: number): number {
  const rows = Array.from(list?.children ?? []);
  const over = rows.findIndex((row) => y < row.getBoundingClientRect().bottom);
  return over === -1 ? rows.length - 1 : over;
}

export function ImageCard({
  image,
  position,
  total,
  dispatch,
  kinds,
  previews,
  findings,
  fixesFor,
  nameOf,
  listRef,
  onRetry,
  onRemove,
}: {
  image: Picture;
  position: number;
  total: number;
  dispatch: Dispatch<Change>;
  kinds: Kind[];
  previews: Preview[];
  findings: Finding[];
  fixesFor: (finding: Finding) => Fix[];
  nameOf: (id: string) => string;
  listRef: RefObject<HTMLOListElement | null>;
  onRetry: () => void;
  onRemove: () => void;
}) {
  const t = useTranslations('images');
  const problemText = useProblemText();
  const [focusing, setFocusing] = useState(false);
  const [left, setLeft] = useState(false);
  const missing = !image.decorative && image.alt.trim() === '';
  const server = findings.filter((f) => 'message' in f.say);
  const { key, upload } = image;

  return (
    <li aria-label={t('nth', { n: position })} className="grid gap-x-4 gap-y-3 px-4 py-4 sm:grid-cols-[168px_1fr]">
      <div>
        <div className="relative overflow-hidden rounded-md bg-sunken">
          <img
            src={image.src}
            alt=""
            className={clsx('aspect-[4/3] w-full object-contain', upload.state !== 'stored' && 'opacity-60')}
          />
          {upload.state === 'sending' && (
            <SendingBar
              label={t('sending', { n: position })}
              fraction={upload.fraction}
              className="absolute inset-x-2 bottom-2"
            />
          )}
        </div>
        <LighterNote upload={upload} className="mt-1.5" />
        <div className="mt-2 flex flex-wrap items-center gap-1">
          {upload.state === 'stored' && (
            <Button
              size="sm"
              aria-label={t('focusOf', { n: position })}
              className="mr-auto"
              onPress={() => setFocusing(true)}
            >
              <Crosshair size={15} aria-hidden />
              {t('focus')}
            </Button>
          )}
          {upload.state === 'sending' ? (
            <Button size="sm" className="mr-auto" aria-label={t('stopOf', { n: position })} onPress={onRemove}>
              <X size={15} aria-hidden />
              {t('stop')}
            </Button>
          ) : (
            <IconButton label={t('remove', { n: position })} icon={Trash2} onPress={onRemove} />
          )}
        </div>
      </div>
      <div className="min-w-0 space-y-2.5">
        {upload.state === 'failed' && (
          <div className="flex flex-wrap items-center justify-between gap-2 rounded-md bg-failed-soft px-3 py-2 text-sm">
            <span className="font-medium">{problemText(upload.problem)}</span>
            <Button size="sm" onPress={onRetry}>
              <RotateCw size={15} aria-hidden />
              {t('sendAgain')}
            </Button>
          </div>
        )}
        <TextField
          value={image.decorative ? '' : image.alt}
          onChange={(alt) => dispatch({ type: 'describe', key, alt })}
          onBlur={() => setLeft(true)}
          isDisabled={image.decorative}
          isRequired={!image.decorative}
          isInvalid={missing && left}
          validationBehavior="aria"
        >
          <span className="mb-1 flex items-baseline justify-between gap-2">
            <Label className="text-sm font-semibold">{t('alt')}</Label>
            {missing ? (
              <span className={clsx('text-xs font-semibold', left ? 'text-failed' : 'text-ink-2')}>
                {t('required')}
              </span>
            ) : (
              !image.decorative && (
                <span className="text-xs text-ink-3 tabular-nums">
                  {t('altLength', { n: Array.from(image.alt).length })}
                </span>
              )
            )}
          </span>
          <TextArea
            id={altId(key)}
            rows={3}
            placeholder={image.decorative ? undefined : t('altPlaceholder')}
            className={clsx(inputLook, 'resize-y py-2 text-sm max-lg:text-[1rem]')}
          />
        </TextField>
        <div className="flex items-center justify-between gap-3">
          <Checkbox
            isSelected={image.decorative}
            onChange={(decorative) => dispatch({ type: 'decorate', key, decorative })}
            className="group flex min-h-6 cursor-pointer items-center gap-2 text-sm text-ink-2"
          >
            <span className="grid size-5 shrink-0 place-items-center rounded-[5px] border border-line-strong bg-surface text-on-accent group-focus-visible:outline-2 group-focus-visible:outline-offset-2 group-focus-visible:outline-focus group-selected:border-accent group-selected:bg-accent">
              <Check size={14} strokeWidth={3} aria-hidden className="opacity-0 group-selected:opacity-100" />
            </span>
            {t('decorative')}
          </Checkbox>
          {total > 1 && (
            <div className="flex shrink-0 gap-1">
              {/* For the pointer; the buttons beside it do the same for everybody else. */}
              <span
                aria-hidden
                data-handle
                className="grid size-9 cursor-grab touch-none place-items-center rounded-md text-ink-2 hover:bg-sunken active:cursor-grabbing max-lg:size-11"
                onPointerDown={(e) => e.currentTarget.setPointerCapture(e.pointerId)}
                onPointerMove={(e) => {
                  if (!e.currentTarget.hasPointerCapture(e.pointerId)) return;
                  dispatch({ type: 'place', key, at: positionUnder(listRef.current, e.clientY) });
                }}
              >
                <GripVertical size={18} />
              </span>
              <IconButton
                label={t('moveUp', { n: position })}
                icon={ArrowUp}
                isDisabled={position === 1}
                onPress={() => dispatch({ type: 'move', key, by: -1 })}
              />
              <IconButton
                label={t('moveDown', { n: position })}
                icon={ArrowDown}
                isDisabled={position === total}
                onPress={() => dispatch({ type: 'move', key, by: 1 })}
              />
            </div>
          )}
        </div>
        <FindingList findings={server} nameOf={nameOf} fixesFor={fixesFor} />
      </div>
      {focusing && upload.state === 'stored' && (
        <Suspense>
          <FocalDialog
            image={image}
            mediaId={upload.mediaId}
            kinds={kinds}
            previews={previews}
            onApply={(focal) => dispatch({ type: 'focus', key, focal })}
            onClose={() => setFocusing(false)}
          />
        </Suspense>
      )}
    </li>
  );
}
