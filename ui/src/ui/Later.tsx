import { type ReactNode, startTransition, useEffect, useState } from 'react';

/**
 * Draws its content once what is around it is on the screen, in small steps that
 * let taps and keys through: a slow phone then shows something early and answers.
 * One within another is drawn after it. (A deferred value would not do: within a
 * deferred drawing, React does not defer again.)
 */
export function Later({ children }: { children: ReactNode }) {
  const [ready, set] = useState(false);
  useEffect(() => startTransition(() => set(true)), []);
  return ready ? children : null;
}
