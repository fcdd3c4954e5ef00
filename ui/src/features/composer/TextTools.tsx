import { Hash, ImagePlus, Images, Link2, Smile } from 'lucide-react';
import { lazy, type ReactNode, type RefObject, Suspense, useState } from 'react';
import { Dialog, DialogTrigger, FileTrigger, Popover } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { IconButton } from '../../ui/Button';
import { IMAGE_TYPES } from '../../uploads/imageTypes';

const EmojiPicker = lazy(() => import('./EmojiPicker').then((m) => ({ default: m.EmojiPicker })));
const HashtagPicker = lazy(() => import('./HashtagPicker').then((m) => ({ default: m.HashtagPicker })));

/** After the popover gave the focus back to its button. */
const afterwards = (run: () => void) => requestAnimationFrame(() => requestAnimationFrame(run));

/** What can be put into a text, at the caret. */
export function TextTools({
  textRef,
  locked,
  onInsert,
  onFiles,
  onLibrary,
  onLink,
}: {
  textRef: RefObject<HTMLTextAreaElement | null>;
  /** The text of this tab follows another. */
  locked: boolean;
  onInsert: (at: number, until: number, words: string) => void;
  onFiles: (files: Iterable<File>) => void;
  onLibrary: () => void;
  /** Absent while the field is there. */
  onLink: (() => void) | undefined;
}) {
  const t = useTranslations('compose');
  const tools = useTranslations('insert');

  const put = (words: string, at: number, until: number) => {
    onInsert(at, until, words);
    const area = textRef.current;
    afterwards(() => {
      area?.focus();
      area?.setSelectionRange(at + words.length, at + words.length);
    });
  };
  const atCaret = (words: string) => {
    const area = textRef.current;
    if (area) put(words, area.selectionStart, area.selectionEnd);
  };
  const tags = (list: string[]) => {
    const area = textRef.current;
    if (!area) return;
    const gap = /\S$/.test(area.value.slice(0, area.selectionStart)) ? ' ' : '';
    put(`${gap}${list.join(' ')} `, area.selectionStart, area.selectionEnd);
  };
  const sign = (signature: string) => {
    const area = textRef.current;
    if (!area) return;
    const body = area.value.trimEnd();
    put(`${body === '' ? '' : '\n\n'}${signature}`, body.length, area.value.length);
  };

  return (
    <div className="flex items-center gap-x-1">
      <FileTrigger acceptedFileTypes={IMAGE_TYPES} allowsMultiple onSelect={(files) => onFiles(files ?? [])}>
        <IconButton label={t('addImages')} icon={ImagePlus} />
      </FileTrigger>
      <IconButton label={tools('library')} icon={Images} onPress={onLibrary} />
      <Tool label={tools('emoji')} icon={Smile} isDisabled={locked}>
        {(close) => (
          <EmojiPicker
            onPick={(emoji) => {
              close();
              atCaret(emoji);
            }}
          />
        )}
      </Tool>
      <Tool label={tools('hashtags')} icon={Hash} isDisabled={locked}>
        {(close) => (
          <HashtagPicker
            onTags={(list) => {
              close();
              tags(list);
            }}
            onSignature={(signature) => {
              close();
              sign(signature);
            }}
          />
        )}
      </Tool>
      {onLink && <IconButton label={t('addLink')} icon={Link2} onPress={onLink} />}
    </div>
  );
}

function Tool({
  label,
  icon,
  isDisabled,
  children,
}: {
  label: string;
  icon: typeof Smile;
  isDisabled: boolean;
  children: (close: () => void) => ReactNode;
}) {
  const t = useTranslations('insert');
  const [open, setOpen] = useState(false);
  return (
    <DialogTrigger isOpen={open} onOpenChange={setOpen}>
      <IconButton label={label} icon={icon} isDisabled={isDisabled} />
      <Popover
        placement="top start"
        className="scroll-slim max-w-[calc(100vw-2rem)] overflow-y-auto rounded-lg border border-line bg-surface p-3 shadow-2"
      >
        <Dialog aria-label={label} className="outline-none">
          <Suspense fallback={<p className="text-sm text-ink-2">{t('loading')}</p>}>
            {children(() => setOpen(false))}
          </Suspense>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
