import { useSuspenseInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChevronDown, Newspaper, Plus, Search } from 'lucide-react';
import { type FormEvent, useEffect, useId, useRef } from 'react';
import {
  Button as AriaButton,
  Input,
  ListBox,
  ListBoxItem,
  Popover,
  SearchField,
  Select,
  SelectValue,
} from 'react-aria-components';
import { useTranslations } from 'use-intl';
import { channelsQuery } from '../../api/channels';
import { postsQuery } from '../../api/posts';
import type { Channel, PostStatus } from '../../api/types';
import { PageHead } from '../../shell/PageHead';
import { Button, buttonLook } from '../../ui/Button';
import { EmptyPanel } from '../../ui/EmptyPanel';
import { Later } from '../../ui/Later';
import { PostRow } from './PostRow';

const route = getRouteApi('/signed-in/posts');

const STATUSES: PostStatus[] = [
  'draft',
  'scheduled',
  'publishing',
  'published',
  'partly_published',
  'failed',
  'cancelled',
];

/** What a screen shows at first; the rest is drawn after it. */
const FIRST = 8;

export function PostsPage() {
  const t = useTranslations('posts');
  const filter = route.useSearch();
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useSuspenseInfiniteQuery(postsQuery(filter));
  const { data: channels } = useSuspenseQuery(channelsQuery);
  const posts = data.pages.flatMap((page) => page.posts);
  const practice = new Set(channels.channels.filter((c) => c.practice).map((c) => c.id));
  const filtered = Object.keys(filter).length > 0;

  return (
    <>
      <PageHead title={t('title')}>
        <Link to="/compose" className={buttonLook('primary', 'md', 'max-lg:hidden')}>
          <Plus size={17} aria-hidden />
          {t('new')}
        </Link>
      </PageHead>
      <div className="mx-auto max-w-[1080px] space-y-4 p-4 lg:p-6">
        {(posts.length > 0 || filtered) && <Filters channels={channels.channels} />}
        {posts.length === 0 ? (
          <Empty filtered={filtered} />
        ) : (
          <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface shadow-1">
            {posts.slice(0, FIRST).map((post) => (
              <PostRow key={post.id} post={post} practice={practice} />
            ))}
            <Later>
              {posts.slice(FIRST).map((post) => (
                <PostRow key={post.id} post={post} practice={practice} />
              ))}
            </Later>
          </ul>
        )}
        <Later>{hasNextPage && <More isPending={isFetchingNextPage} onMore={fetchNextPage} />}</Later>
      </div>
    </>
  );
}

/** The rest comes when its place comes into sight; the button is for those who come to it by keyboard first. */
function More({ isPending, onMore }: { isPending: boolean; onMore: () => unknown }) {
  const t = useTranslations('posts');
  const place = useRef<HTMLDivElement>(null);
  const more = useRef(onMore);
  more.current = onMore;
  useEffect(() => {
    if (!place.current || isPending) return;
    const watcher = new IntersectionObserver(
      ([seen]) => {
        if (seen?.isIntersecting) void more.current();
      },
      { rootMargin: '400px' },
    );
    watcher.observe(place.current);
    return () => watcher.disconnect();
  }, [isPending]);
  return (
    <div ref={place} className="text-center">
      <Button isPending={isPending} onPress={() => void onMore()}>
        {isPending ? t('loadingMore') : t('more')}
      </Button>
    </div>
  );
}

function Filters({ channels }: { channels: Channel[] }) {
  const t = useTranslations('posts');
  const status = useTranslations('postStatus');
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const search = (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    const q = String(new FormData(e.currentTarget).get('q')).trim();
    void navigate({ search: ({ q: _, ...rest }) => (q ? { ...rest, q } : rest) });
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <search className="min-w-56 flex-1 sm:max-w-96">
        <form onSubmit={search} className="relative">
          <SearchField
            key={filter.q ?? ''}
            name="q"
            aria-label={t('search')}
            defaultValue={filter.q ?? ''}
            onClear={() => void navigate({ search: ({ q: _, ...rest }) => rest })}
          >
            <Search
              size={16}
              aria-hidden
              className="pointer-events-none absolute top-3 left-3 text-ink-3 max-lg:top-3.5"
            />
            <Input
              placeholder={t('search')}
              className="h-10 w-full rounded-md border border-line-strong bg-surface pr-3 pl-9 text-sm placeholder:text-ink-3 max-lg:h-11 max-lg:text-[1rem]"
            />
          </SearchField>
        </form>
      </search>
      <Choice
        label={t('status')}
        value={filter.status}
        every={t('all')}
        of={STATUSES.map((id) => ({ id, name: status(id) }))}
        onChoose={(id) => void navigate({ search: ({ status: _, ...rest }) => (id ? { ...rest, status: id } : rest) })}
      />
      {channels.length > 1 && (
        <Choice
          label={t('channel')}
          value={filter.channel}
          every={t('everyChannel')}
          of={channels}
          onChoose={(id) =>
            void navigate({ search: ({ channel: _, ...rest }) => (id ? { ...rest, channel: id } : rest) })
          }
        />
      )}
    </div>
  );
}

/** One of some, or every one. */
function Choice<Id extends string>({
  label,
  value,
  every,
  of,
  onChoose,
}: {
  label: string;
  value: Id | undefined;
  every: string;
  of: { id: Id; name: string }[];
  onChoose: (id: Id | null) => void;
}) {
  const id = useId();
  const chosen = of.find((o) => o.id === value);
  return (
    <>
      <span id={id} className="sr-only">
        {label}
      </span>
      <Select
        aria-labelledby={id}
        selectedKey={chosen ? `is ${chosen.id}` : 'every'}
        onSelectionChange={(key) => onChoose(of.find((o) => `is ${o.id}` === key)?.id ?? null)}
      >
        <AriaButton className={buttonLook('secondary', 'md', 'max-lg:h-11')}>
          <SelectValue className="max-w-44 truncate" />
          <ChevronDown size={15} aria-hidden className="shrink-0" />
        </AriaButton>
        <Popover className="scroll-slim min-w-52 overflow-y-auto rounded-lg border border-line bg-surface p-1 shadow-2">
          <ListBox className="outline-none">
            {[{ id: 'every', name: every }, ...of.map((o) => ({ id: `is ${o.id}`, name: o.name }))].map((o) => (
              <ListBoxItem
                key={o.id}
                id={o.id}
                textValue={o.name}
                className="cursor-pointer rounded-md px-3 py-2 text-sm outline-none focus:bg-sunken selected:font-bold selected:text-accent-ink"
              >
                {o.name}
              </ListBoxItem>
            ))}
          </ListBox>
        </Popover>
      </Select>
    </>
  );
}

function Empty({ filtered }: { filtered: boolean }) {
  const t = useTranslations('posts');
  return (
    <EmptyPanel icon={Newspaper} title={filtered ? t('noMatch') : t('empty')}>
      {filtered ? (
        <Link to="/posts" search={{}} className={buttonLook()}>
          {t('showAll')}
        </Link>
      ) : (
        <Link to="/compose" className={buttonLook('primary')}>
          <Plus size={17} aria-hidden />
          {t('new')}
        </Link>
      )}
    </EmptyPanel>
  );
}
