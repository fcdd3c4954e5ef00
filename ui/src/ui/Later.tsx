import { type ReactNode, useDeferredValue } from 'react';

/**
 * Draws its content only after what is around it, in small steps that let taps
 * and keys through: a slow phone then shows something early and answers.
 */
export function Later({ children }: { children: ReactNode }) {
  return useDeferredValue(true, false) ? children : null;
}
