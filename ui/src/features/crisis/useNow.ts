import { useEffect, useState } from 'react';

/** The time, as it passes. */
export function useNow(every = 1_000): number {
  const [now, set] = useState(() => Date.now());
  useEffect(() => {
    const id = setInterval(() => set(Date.now()), every);
    return () => clearInterval(id);
  }, [every]);
  return now;
}
