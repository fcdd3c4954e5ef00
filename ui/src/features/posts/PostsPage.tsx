import { useSuspenseInfiniteQuery, useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ChevronDown, Newspaper, Plus, Search } from 'lucide-react';
import { type FormEvent, useId } from 'react';
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
import type { PostStatus } from '../../api/types';
import { PageHead } from '../../shell/PageHead';
import { Button, buttonLook } from '../../ui/Button';
import { PostRow } from './PostRow';

const route = getRouteApi('/signed-in/posts');

const FILTERS: (PostStatus | 'all')[] = [
  'all',
  'draft',
  'scheduled',
  'publishing',
  'published',
  'partly_published',
  'failed',
  'cancelled',
];

export function PostsPage() {
  const t = useTranslations('posts');
  const filter = route.useSearch();
  const { data, hasNextPage, fetchNextPage, isFetchingNextPage } = useSuspenseInfiniteQuery(postsQuery(filter));
  const { data: channels } = useSuspenseQuery(channelsQuery);
  const posts = data.pages.flatMap((page) => page.posts);
  const practice = new Set(channels.channels.filter((c) => c.practice).map((c) => c.id));
  const filtered = filter.q !== undefined || filter.status !== undefined;

  return (
    <>
      <PageHead title={t('title')}>
        <Link to="/compose" className={buttonLook('primary', 'md', 'max-lg:hidden')}>
          <Plus size={17} aria-hidden />
          {t('new')}
        </Link>
      </PageHead>
      <div className="mx-auto max-w-[1080px] space-y-4 p-4 lg:p-6">
        {(posts.length > 0 || filtered) && <Filters />}
        {posts.length === 0 ? (
          <Empty filtered={filtered} />
        ) : (
          <ul className="divide-y divide-line overflow-hidden rounded-lg border border-line bg-surface shadow-1">
            {posts.map((post) => (
              <PostRow key={post.id} post={post} practice={practice} />
            ))}
          </ul>
        )}
        {hasNextPage && (
          <div className="text-center">
            <Button isPending={isFetchingNextPage} onPress={() => void fetchNextPage()}>
              {t('more')}
            </Button>
          </div>
        )}
      </div>
    </>
  );
}

function Filters() {
  const t = useTranslations('posts');
  const status = useTranslations('postStatus');
  const filter = route.useSearch();
  const navigate = route.useNavigate();
  const label = useId();
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
      <span id={label} className="sr-only">
        {t('status')}
      </span>
      <Select
        aria-labelledby={label}
        selectedKey={filter.status ?? 'all'}
        onSelectionChange={(key) =>
          void navigate({
            search: ({ status: _, ...rest }) => (key === 'all' ? rest : { ...rest, status: key as PostStatus }),
          })
        }
      >
        <AriaButton className={buttonLook('secondary', 'md', 'max-lg:h-11')}>
          <SelectValue />
          <ChevronDown size={15} aria-hidden />
        </AriaButton>
        <Popover className="min-w-52 rounded-lg border border-line bg-surface p-1 shadow-2">
          <ListBox className="outline-none">
            {FILTERS.map((id) => (
              <ListBoxItem
                key={id}
                id={id}
                textValue={id === 'all' ? t('all') : status(id)}
                className="cursor-pointer rounded-md px-3 py-2 text-sm outline-none focus:bg-sunken selected:font-bold selected:text-accent-ink"
              >
                {id === 'all' ? t('all') : status(id)}
              </ListBoxItem>
            ))}
          </ListBox>
        </Popover>
      </Select>
    </div>
  );
}

function Empty({ filtered }: { filtered: boolean }) {
  const t = useTranslations('posts');
  return (
    <div className="rounded-lg border border-dashed border-line-strong px-6 py-14 text-center">
      <Newspaper size={28} aria-hidden className="mx-auto mb-3 text-ink-3" />
      <p className="font-semibold">{filtered ? t('noMatch') : t('empty')}</p>
      <div className="mt-4">
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
      </div>
    </div>
  );
}
