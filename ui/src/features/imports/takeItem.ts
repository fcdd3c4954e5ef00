import { api } from '../../api/client';
import type { Import } from '../../api/imports';
import { type Problem, toProblem } from '../../api/problem';
import type { NewPublish, Post } from '../../api/types';
import { imagesOf } from './pictures';

export type Taking = {
  channels: string[];
  /** Descriptions of pictures, by the picture's id. */
  descriptions: Record<string, string>;
  publish: NewPublish;
};

/** What was made of an item. A draft is kept also where the rest was refused: nothing that was taken is lost. */
export type Taken = { post: Post; refused: Problem | null };

/**
 * Makes a post of an item. The server makes a draft first, once however often it is asked; the hour and what a person wrote
 * about the pictures are put on that draft.
 */
export async function takeItem(item: Import, { channels, descriptions, publish }: Taking): Promise<Taken> {
  const accepted = await api.POST('/imports/{id}/accept', {
    params: { path: { id: item.id } },
    body: { channels },
  });
  if (accepted.error) throw accepted.error;
  const id = accepted.data.post_id ?? '';
  const { data: post, error } = await api.GET('/posts/{id}', { params: { path: { id } } });
  if (error) throw error;
  const images = imagesOf(accepted.data, descriptions);
  const described = images.every((i) => post.images.find((p) => p.media_id === i.media_id)?.alt === i.alt);
  if (publish.mode === 'draft' && described) return { post, refused: null };
  const changed = await api.PATCH('/posts/{id}', {
    params: { path: { id }, header: { 'If-Match': `"${post.version}"` } },
    body: { channels, publish, ...(described ? {} : { images }) },
  });
  if (changed.error) return { post, refused: toProblem(changed.error) };
  return { post: changed.data, refused: null };
}
