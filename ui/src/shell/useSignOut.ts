import { useNavigate } from '@tanstack/react-router';
import { $api, queryClient } from '../api/client';
import { sessionEnd } from '../api/session-end';
import { forgetWhatIsKnown } from '../offline/lastKnown';

/** Ends the session on the server first: only then is it over. */
export function useSignOut() {
  const navigate = useNavigate();
  // The page goes before what it shows: it would ask for it again, and be refused.
  const leave = async () => {
    await navigate({ to: '/login' });
    forgetWhatIsKnown();
    queryClient.clear();
    sessionEnd.set(false);
  };
  const { mutate, isPending } = $api.useMutation('delete', '/session', { onSuccess: leave });
  return { signOut: () => mutate({}), isPending };
}
