import clsx from 'clsx';
import { FileUp } from 'lucide-react';
import { useState } from 'react';
import { FileTrigger } from 'react-aria-components';
import { Button } from '../../ui/Button';

/** Takes one file: by its button, or dropped on it. */
export function FileDrop({
  label,
  verb,
  accept,
  isPending = false,
  onFile,
}: {
  label: string;
  verb: string;
  accept: string[];
  isPending?: boolean;
  onFile: (file: File) => void;
}) {
  const [over, setOver] = useState(false);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the button inside does the same
    <div
      onDragOver={(e) => {
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(e) => {
        e.preventDefault();
        setOver(false);
        const [file] = e.dataTransfer.files;
        if (file) onFile(file);
      }}
      className={clsx(
        'flex flex-wrap items-center gap-3 rounded-md border border-dashed px-4 py-4 text-sm',
        over ? 'border-accent bg-accent-soft text-accent-ink' : 'border-line-strong text-ink-2',
      )}
    >
      <FileUp size={20} aria-hidden className="shrink-0" />
      <span className="min-w-0 flex-1 basis-44">{label}</span>
      <FileTrigger
        acceptedFileTypes={accept}
        onSelect={(files) => {
          const file = files?.[0];
          if (file) onFile(file);
        }}
      >
        <Button isPending={isPending}>{verb}</Button>
      </FileTrigger>
    </div>
  );
}
