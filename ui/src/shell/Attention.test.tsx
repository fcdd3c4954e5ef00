import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { queryClient } from '../api/client';
import { unreadQuery } from '../api/notices';
import { reviewQuery, systemQuery } from '../api/system';
import { show } from '../test/render';
import { installation } from '../test/samples';
import { Attention } from './Attention';

// What the server said a moment ago: nothing is asked again meanwhile.
beforeEach(() => queryClient.setDefaultOptions({ queries: { staleTime: Number.POSITIVE_INFINITY } }));
afterEach(() => {
  cleanup();
  queryClient.clear();
  queryClient.setDefaultOptions({});
});

it('shows nothing at all on a good day', () => {
  queryClient.setQueryData(reviewQuery.queryKey, { items: [] });
  queryClient.setQueryData(systemQuery.queryKey, installation());
  queryClient.setQueryData(unreadQuery.queryKey, { notices: [], unread: 0, next_cursor: null });
  show(<Attention />);
  expect(document.body.textContent).toBe('');
});
