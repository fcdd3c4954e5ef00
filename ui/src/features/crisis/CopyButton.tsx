import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { copy } from '../../data/clipboard';
import { Button, type ButtonSize } from '../../ui/Button';

export function CopyButton({
  text,
  label,
  name,
  size = 'sm',
}: {
  /** Or how to come by it. */
  text: string | (() => Promise<string>);
  label: string;
  /** Says which, where several stand on a page. */
  name?: string;
  size?: ButtonSize;
}) {
  const t = useTranslations('alert');
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const id = setTimeout(() => setCopied(false), 4_000);
    return () => clearTimeout(id);
  }, [copied]);
  const take = async () => {
    await copy(typeof text === 'string' ? text : await text());
    setCopied(true);
  };
  return (
    <Button size={size} onPress={() => void take()}>
      {copied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
      {copied ? t('copied') : label}
      {name && <span className="sr-only"> {name}</span>}
      <span role="status" className="sr-only">
        {copied ? t('copied') : ''}
      </span>
    </Button>
  );
}
