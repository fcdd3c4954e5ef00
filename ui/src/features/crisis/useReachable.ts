import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { queryClient } from '../../api/client';
import { crisisQuery } from '../../api/crisis';
import { toProblem } from '../../api/problem';

/**
 * Whether the server answers. What the browser thinks of the network only makes
 * us ask at once: the server may be in the house while the Internet is gone.
 */
export function useReachable(): boolean {
  const { error } = useQuery(crisisQuery);
  useEffect(() => {
    const ask = () => void queryClient.refetchQueries({ queryKey: crisisQuery.queryKey });
    window.addEventListener('offline', ask);
    window.addEventListener('online', ask);
    return () => {
      window.removeEventListener('offline', ask);
      window.removeEventListener('online', ask);
    };
  }, []);
  if (!error) return true;
  const { status, code } = toProblem(error);
  return status !== 0 && code !== 'unreadable' && status < 500;
}
