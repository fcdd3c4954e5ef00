import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useSession } from '../../api/session';
import type { Post } from '../../api/types';
import { useDates } from '../../i18n/useDates';
import { Button } from '../../ui/Button';
import { Dialog, DialogBody, DialogFooter } from '../../ui/Dialog';

/** Two people changed the same post: one version stays, the other becomes a draft of its own. */
export function VersionDialog({
  theirs,
  mine,
  onTheirs,
  onMine,
}: {
  theirs: Post;
  mine: string;
  onTheirs: () => Promise<void>;
  onMine: () => Promise<void>;
}) {
  const t = useTranslations('twoWriters');
  const format = useDates();
  const { user } = useSession();
  const [busy, setBusy] = useState<'theirs' | 'mine' | null>(null);
  const by = theirs.updated_by;
  const title = !by ? t('somebody') : by.id === user.id ? t('yourself') : t('named', { name: by.name });
  const choose = (which: 'theirs' | 'mine', run: () => Promise<void>) => async () => {
    setBusy(which);
    await run().finally(() => setBusy(null));
  };
  return (
    <Dialog title={title} isOpen onOpenChange={() => {}} alert dismissable={false} wide>
      <DialogBody>
        <p className="text-sm text-ink-2">{t('nothingLost')}</p>
        <div className="grid gap-3 sm:grid-cols-2">
          <Version
            title={t('theirs', { at: format(theirs.updated_at, 'time') })}
            text={theirs.text || theirs.title}
            empty={t('noText')}
          />
          <Version title={t('mine')} text={mine} empty={t('noText')} />
        </div>
      </DialogBody>
      <DialogFooter>
        <Button isPending={busy === 'theirs'} isDisabled={busy === 'mine'} onPress={choose('theirs', onTheirs)}>
          {t('takeTheirs')}
        </Button>
        <Button
          variant="primary"
          isPending={busy === 'mine'}
          isDisabled={busy === 'theirs'}
          onPress={choose('mine', onMine)}
        >
          {t('keepMine')}
        </Button>
      </DialogFooter>
    </Dialog>
  );
}

function Version({ title, text, empty }: { title: string; text: string; empty: string }) {
  return (
    <section className="rounded-md border border-line bg-surface-2 p-3">
      <h3 className="text-sm font-bold">{title}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text scrolls, by keyboard too */}
      <p tabIndex={0} className="mt-1.5 max-h-60 overflow-y-auto text-sm break-words whitespace-pre-wrap">
        {text || empty}
      </p>
    </section>
  );
}
