import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { copy } from '../../data/clipboard';
import { Button } from '../../ui/Button';

/** Copies, and says that it did. */
export function CopyText({ text, label }: { text: string; label: string }) {
  const t = useTranslations('settings');
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const id = setTimeout(() => setCopied(false), 4_000);
    return () => clearTimeout(id);
  }, [copied]);
  return (
    <Button size="sm" onPress={() => void copy(text).then(() => setCopied(true))}>
      {copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
      {copied ? t('copied') : label}
      <span role="status" className="sr-only">
        {copied ? t('copied') : ''}
      </span>
    </Button>
  );
}
