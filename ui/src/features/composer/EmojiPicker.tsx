import { Button, Toolbar } from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { EMOJI } from './emoji';

type Group = keyof typeof EMOJI;

/** A few emoji by circumstance, each with its name; arrows move inside a group. */
export function EmojiPicker({ onPick }: { onPick: (emoji: string) => void }) {
  const t = useTranslations('insert');
  const named = useTranslations('emoji') as (key: string) => string;
  const group = useTranslations('emojiGroup');
  return (
    <div className="w-[308px] max-w-full space-y-2.5">
      {(Object.keys(EMOJI) as Group[]).map((key) => (
        <section key={key}>
          <h3 id={`emoji-${key}`} className="text-xs font-semibold text-ink-2">
            {group(key)}
          </h3>
          <Toolbar aria-labelledby={`emoji-${key}`} className="mt-0.5 flex flex-wrap gap-0.5">
            {Object.entries(EMOJI[key]).map(([name, emoji]) => (
              <Button
                key={name}
                aria-label={named(name)}
                onPress={() => onPick(emoji)}
                className="grid size-9 cursor-pointer place-items-center rounded-md text-xl hover:bg-sunken pressed:bg-line"
              >
                <span aria-hidden>{emoji}</span>
              </Button>
            ))}
          </Toolbar>
        </section>
      ))}
      <p className="border-t border-line pt-2 text-xs text-ink-2">{t('emojiHint')}</p>
    </div>
  );
}
