// The only file that knows React Aria's toast, whose names are still marked as unstable.
import { CircleCheck, X } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  Text,
  UNSTABLE_Toast as Toast,
  UNSTABLE_ToastContent as ToastContent,
  UNSTABLE_ToastQueue as ToastQueue,
  UNSTABLE_ToastRegion as ToastRegion,
} from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { Button, IconButton } from './Button';

/** What can be done about what a toast says, as undoing it. */
export type ToastAction = { label: string; run: () => void };

const queue = new ToastQueue<{ text: ReactNode; action?: ToastAction }>({ maxVisibleToasts: 3 });
const VISIBLE_FOR = 8_000;

/**
 * Says what has been done, for eight seconds or as long as given. Nothing that people must read is only a toast, and what
 * its action does can be done elsewhere too. Returns what takes it away before.
 */
export function say(
  text: ReactNode,
  { action, for: timeout = VISIBLE_FOR }: { action?: ToastAction; for?: number } = {},
) {
  const key = queue.add(action ? { text, action } : { text }, { timeout });
  return () => queue.close(key);
}

export function Toasts() {
  const t = useTranslations('common');
  return (
    <ToastRegion
      queue={queue}
      aria-label={t('messages')}
      className="fixed bottom-24 left-1/2 z-50 flex w-max max-w-[calc(100vw-2rem)] -translate-x-1/2 flex-col gap-2 outline-none lg:bottom-28"
    >
      {({ toast }) => (
        <Toast
          toast={toast}
          className="flex animate-[rise_.2s_ease-out] items-center gap-3 rounded-lg bg-ink py-1.5 pr-1.5 pl-4 text-surface shadow-2"
        >
          <CircleCheck size={18} aria-hidden className="shrink-0" />
          <ToastContent className="text-sm font-medium">
            <Text slot="title">{toast.content.text}</Text>
          </ToastContent>
          {toast.content.action && (
            <Button
              variant="ghost"
              size="sm"
              className="font-bold text-surface underline underline-offset-2 hover:bg-surface/15"
              onPress={() => {
                queue.close(toast.key);
                toast.content.action?.run();
              }}
            >
              {toast.content.action.label}
            </Button>
          )}
          <IconButton slot="close" label={t('close')} icon={X} className="text-surface hover:bg-surface/15" />
        </Toast>
      )}
    </ToastRegion>
  );
}
