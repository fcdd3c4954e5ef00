import clsx from 'clsx';
import { useTranslations } from 'use-intl';
import { useLanguage } from '../i18n';
import type { Upload } from '../uploads/useUploads';

/** That a smaller picture is sent in the place of the one that was chosen, while it is sent. */
export function LighterNote({ upload, className }: { upload: Upload; className?: string }) {
  const t = useTranslations('images');
  const { locale } = useLanguage();
  if (upload.state !== 'sending' || !upload.lighter) return null;
  const number = new Intl.NumberFormat(locale, { style: 'unit', unit: 'megabyte', maximumFractionDigits: 1 });
  const size = (bytes: number) => number.format(bytes / 1_000_000);
  return (
    <p className={clsx('text-xs text-ink-2', className)}>
      {t('lighter', { from: size(upload.lighter.from), to: size(upload.lighter.to) })}
    </p>
  );
}
