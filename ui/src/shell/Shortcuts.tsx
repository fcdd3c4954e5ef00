import { useRouter } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { isTyped, PLACES, singleKeys } from './keys';

const Help = lazy(() => import('./ShortcutsHelp').then((m) => ({ default: m.ShortcutsHelp })));

/** How long G waits for the second key, in milliseconds. */
const SECOND_KEY = 1_500;
/** Before every key: they are timed from when the page was opened. */
const NEVER = Number.NEGATIVE_INFINITY;

/** Keys that work on every page. None of them raises an alert, and none publishes. */
export function Shortcuts() {
  const router = useRouter();
  const [help, showHelp] = useState(false);
  const afterG = useRef(NEVER);
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (isTyped(event) || !singleKeys.areOn()) return;
      const key = event.key.toLowerCase();
      const second = event.timeStamp - afterG.current < SECOND_KEY;
      afterG.current = NEVER;
      if (second && Object.hasOwn(PLACES, key)) void router.navigate({ to: PLACES[key as keyof typeof PLACES] });
      else if (key === 'g') afterG.current = event.timeStamp;
      else if (key === 'n') void router.navigate({ to: '/compose' });
      else if (key === '?') showHelp(true);
      else if (key === '/') document.querySelector<HTMLInputElement>('#main input[type=search]')?.focus();
      else return;
      event.preventDefault();
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [router]);
  return help ? (
    <Suspense>
      <Help onClose={() => showHelp(false)} />
    </Suspense>
  ) : null;
}
