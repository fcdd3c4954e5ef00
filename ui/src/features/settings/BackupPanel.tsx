import { useTranslations } from 'use-intl';
import { CopyText } from './CopyText';
import { Section } from './Section';

const SAVE = 'crieur backup /backup/crieur-$(date +%F).crieur';
const VERIFY = 'crieur backup --verify /backup/crieur-2026-11-21.crieur';

/** A backup is made on the server: what to do there, and what to keep apart. */
export function BackupPanel() {
  const t = useTranslations('backup');
  return (
    <Section id="backup" title={t('title')} hint={t('hint')}>
      <ol className="list-decimal space-y-3 pl-5 text-sm">
        <li>
          {t('save')}
          <Command text={SAVE} />
        </li>
        <li>
          {t('verify')}
          <Command text={VERIFY} />
        </li>
        <li>{t('key')}</li>
      </ol>
      <p className="text-sm text-ink-2">{t('more')}</p>
    </Section>
  );
}

function Command({ text }: { text: string }) {
  const t = useTranslations('backup');
  return (
    <span className="mt-1.5 flex flex-wrap items-center gap-2 rounded-md bg-surface-2 p-2.5">
      <code className="min-w-0 flex-1 basis-56 break-all">{text}</code>
      <CopyText text={text} label={t('copy')} />
    </span>
  );
}
