import { useNavigate } from '@tanstack/react-router';
import { $api, queryClient } from '../api/client';

/** Ends the session on the server first: only then is it over. */
export function useSignOut() {
  const navigate = useNavigate();
  const leave = () => {
    queryClient.clear();
    void navigate({ to: '/login' });
  };
  const { mutate, isPending } = $api.useMutation('delete', '/session', { onSuccess: leave });
  return { signOut: () => mutate({}), isPending };
}
