import { useEffect, useState } from 'react';

/** The time, minute by minute, as a clock shows it. */
export function useMinute(): number {
  const [now, set] = useState(() => Date.now());
  useEffect(() => {
    const id = setTimeout(() => set(Date.now()), 60_000 - (now % 60_000));
    return () => clearTimeout(id);
  }, [now]);
  return now;
}
