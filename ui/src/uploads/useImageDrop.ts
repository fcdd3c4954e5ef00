import { useEffect, useState } from 'react';

const carriesFiles = (e: DragEvent) => e.dataTransfer?.types.includes('Files') ?? false;

/** Takes pictures that are dropped or pasted anywhere on the page. Gives whether some hover over it. */
export function useImageDrop(add: (files: Iterable<File>) => void): boolean {
  const [hovering, setHovering] = useState(false);
  useEffect(() => {
    const over = (e: DragEvent) => {
      if (!carriesFiles(e)) return;
      // Otherwise the browser would leave the page and show the picture.
      e.preventDefault();
      setHovering(true);
    };
    const leave = (e: DragEvent) => {
      if (e.relatedTarget === null) setHovering(false);
    };
    const drop = (e: DragEvent) => {
      if (!carriesFiles(e)) return;
      e.preventDefault();
      setHovering(false);
      add(e.dataTransfer?.files ?? []);
    };
    const paste = (e: ClipboardEvent) => {
      const files = e.clipboardData?.files;
      if (!files || files.length === 0) return;
      e.preventDefault();
      add(files);
    };
    document.addEventListener('dragover', over);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    document.addEventListener('paste', paste);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
      document.removeEventListener('paste', paste);
    };
  }, [add]);
  return hovering;
}
