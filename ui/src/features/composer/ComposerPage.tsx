import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { channelsQuery, kindsQuery } from '../../api/channels';
import { postQuery } from '../../api/posts';
import { inOrder } from '../../data/channels';
import { WritingMessages } from '../../i18n/writing';
import { Composer } from './Composer';

const route = getRouteApi('/signed-in/compose');

/** Writing a new post, or changing one that has not left. */
export function ComposerPage() {
  const { post: id, at, template, values } = route.useSearch();
  const { media } = route.useLoaderData();
  const navigate = useNavigate();
  const { data: channels } = useSuspenseQuery(channelsQuery);
  const { data: kinds } = useSuspenseQuery(kindsQuery);
  // The loader has read it.
  const { data: post } = useQuery({ ...postQuery(id ?? ''), enabled: id !== undefined, refetchInterval: false });

  // A new text that becomes a draft changes its address, and stays under the writer's hands.
  const [page, turn] = useState({ id, number: 0, born: undefined as string | undefined });
  if (id !== page.id)
    turn({ id, number: page.number + (id !== undefined && id === page.born ? 0 : 1), born: undefined });
  const onBorn = (now: string) => {
    if (now === id) return;
    turn({ ...page, born: now });
    void navigate({ to: '/compose', search: { post: now }, replace: true });
  };

  if (id !== undefined && !post) return null;
  return (
    <WritingMessages>
      <Composer
        key={page.number}
        editing={id === undefined ? null : (post ?? null)}
        channels={inOrder(channels.channels, kinds.kinds)}
        kinds={kinds.kinds}
        asked={{ media, at }}
        begun={template ? { id: template, values: values ?? {} } : null}
        onBorn={onBorn}
      />
    </WritingMessages>
  );
}
