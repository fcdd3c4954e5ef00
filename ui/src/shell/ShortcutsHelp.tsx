import type { ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { HelpMessages } from '../i18n/help';
import { Dialog, DialogBody } from '../ui/Dialog';

type Line = { does: string; keys: ReactNode };

const Key = ({ children }: { children: ReactNode }) => (
  <kbd className="inline-block min-w-6 rounded border border-line-strong bg-surface-2 px-1.5 py-0.5 text-center font-sans text-xs font-semibold">
    {children}
  </kbd>
);

const Group = ({ title, lines }: { title: string; lines: Line[] }) => (
  <section>
    <h3 className="mb-1 text-sm font-bold">{title}</h3>
    <dl className="divide-y divide-line text-sm">
      {lines.map(({ does, keys }) => (
        <div key={does} className="flex items-center justify-between gap-4 py-1.5">
          <dt className="text-ink-2">{does}</dt>
          <dd className="flex shrink-0 items-center gap-1.5 whitespace-nowrap">{keys}</dd>
        </div>
      ))}
    </dl>
  </section>
);

function Sheet({ onClose }: { onClose: () => void }) {
  const t = useTranslations('shortcuts');
  const key = (name: string) => <Key>{name}</Key>;
  const keys = (...names: string[]) => names.map((name) => <Key key={name}>{name}</Key>);
  const shown = (name: ReactNode) => <Key>{name}</Key>;
  const afterG = (second: string) => t.rich('then', { key: second, g: shown, second: shown });
  return (
    <Dialog title={t('title')} wide isOpen onOpenChange={(open) => !open && onClose()}>
      <DialogBody>
        <div className="grid gap-6 sm:grid-cols-2">
          <Group
            title={t('everywhere')}
            lines={[
              { does: t('new'), keys: key('N') },
              { does: t('today'), keys: afterG('A') },
              { does: t('calendarPage'), keys: afterG('C') },
              { does: t('posts'), keys: afterG('P') },
              { does: t('events'), keys: afterG('E') },
              { does: t('library'), keys: afterG('M') },
              { does: t('channels'), keys: afterG('K') },
              { does: t('search'), keys: key('/') },
              { does: t('help'), keys: key('?') },
            ]}
          />
          <div className="space-y-6">
            <Group
              title={t('composer')}
              lines={[
                { does: t('save'), keys: keys('Ctrl', 'S') },
                { does: t('send'), keys: keys('Ctrl', '↵') },
                { does: t('tabs'), keys: keys('Ctrl', '1–9') },
              ]}
            />
            <Group
              title={t('calendar')}
              lines={[
                { does: t('days'), keys: keys('←', '→', '↑', '↓') },
                { does: t('months'), keys: keys('⇞', '⇟') },
                { does: t('now'), keys: key('T') },
                { does: t('views'), keys: keys('M', 'S', 'L') },
                { does: t('open'), keys: key('↵') },
                { does: t('move'), keys: keys('Alt', '← → ↑ ↓') },
              ]}
            />
          </div>
        </div>
        <p className="mt-4 text-sm text-ink-2">{t('off')}</p>
      </DialogBody>
    </Dialog>
  );
}

/** The keys, for who asks with a question mark. */
export const ShortcutsHelp = ({ onClose }: { onClose: () => void }) => (
  <HelpMessages>
    <Sheet onClose={onClose} />
  </HelpMessages>
);
