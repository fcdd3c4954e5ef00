import { useTranslations } from 'use-intl';
import type { Companion as Texts } from '../../api/types';
import { CopyButton } from './CopyButton';

/** Says plainly what Crieur does not do, and gives the words to do it with. */
export function Companion({ texts }: { texts: Texts | undefined }) {
  const t = useTranslations('companion');
  return (
    <div className="space-y-3 text-sm">
      <p className="leading-relaxed text-ink-2">
        <b className="text-ink">{t('notFromHere')}</b> {t('plan')}
      </p>
      {texts && (
        <details className="group rounded-md border border-line">
          <summary className="flex min-h-11 cursor-pointer items-center rounded-md px-3 font-semibold">
            {t('title')}
          </summary>
          <div className="space-y-4 border-t border-line px-3 py-3">
            <Words
              title={t('sms')}
              note={t('segments', { n: texts.sms_segments, length: texts.sms_length })}
              text={texts.sms}
              copy={t('copySms')}
            />
            <Words
              title={t('voice')}
              note={t('seconds', { n: texts.voice_seconds })}
              text={texts.voice}
              copy={t('copyVoice')}
            />
          </div>
        </details>
      )}
    </div>
  );
}

function Words({ title, note, text, copy }: { title: string; note: string; text: string; copy: string }) {
  return (
    <div className="space-y-2">
      <p className="flex flex-wrap items-baseline justify-between gap-x-3">
        <b>{title}</b>
        <span className="text-xs text-ink-2">{note}</span>
      </p>
      <p lang="fr" className="rounded-md bg-sunken px-3 py-2 break-words whitespace-pre-wrap">
        {text}
      </p>
      <CopyButton text={text} label={copy} />
    </div>
  );
}
