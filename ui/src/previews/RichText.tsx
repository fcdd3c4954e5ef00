import { useState } from 'react';
import { Button } from 'react-aria-components';
import { useTranslations } from 'use-intl';

const TOKEN = /(#[\p{L}\p{N}_]+|@[\w.]+|https?:\/\/\S+)/giu;

/** The text with its links as the network colours them. Cut where the network hides the rest behind a word. */
export function RichText({ text, foldAfter }: { text: string; foldAfter?: number }) {
  const t = useTranslations('preview');
  const [open, setOpen] = useState(false);
  const folded = foldAfter !== undefined && text.length > foldAfter && !open;
  const shown = folded ? `${text.slice(0, foldAfter).trimEnd()}… ` : text;
  let at = 0;
  return (
    <span className="break-words whitespace-pre-wrap">
      {shown.split(TOKEN).map((part, i) => {
        const key = at;
        at += part.length;
        return i % 2 === 1 ? (
          <span key={key} className="text-(--look-link)">
            {part}
          </span>
        ) : (
          part
        );
      })}
      {folded && (
        <Button
          className="inline cursor-pointer rounded font-semibold text-(--look-2) hover:underline"
          onPress={() => setOpen(true)}
        >
          {t('more')}
        </Button>
      )}
    </span>
  );
}
