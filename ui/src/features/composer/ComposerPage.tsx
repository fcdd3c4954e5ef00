import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { channelsQuery, kindsQuery } from '../../api/channels';
import { postQuery } from '../../api/posts';
import type { Post } from '../../api/types';
import { inOrder } from '../../data/channels';
import { Composer } from './Composer';

const route = getRouteApi('/signed-in/compose');

/** Writing a new post, or changing one that has not left. */
export function ComposerPage() {
  const { post } = route.useSearch();
  return post ? <Editing key={post} id={post} /> : <Loaded key="new" editing={null} />;
}

function Editing({ id }: { id: string }) {
  const { data } = useSuspenseQuery({ ...postQuery(id), refetchInterval: false });
  return <Loaded editing={data} />;
}

function Loaded({ editing }: { editing: Post | null }) {
  const { data: channels } = useSuspenseQuery(channelsQuery);
  const { data: kinds } = useSuspenseQuery(kindsQuery);
  return <Composer editing={editing} channels={inOrder(channels.channels, kinds.kinds)} kinds={kinds.kinds} />;
}
