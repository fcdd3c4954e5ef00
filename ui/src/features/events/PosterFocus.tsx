import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { kindsQuery } from '../../api/channels';
import { api } from '../../api/client';
import type { Point } from '../../api/types';
import { FocalDialog } from '../../pictures/FocalDialog';
import { newImages, type Picture } from '../../pictures/picture';

/** The focal point of a picture of an event, with the shapes that the event's channels would give it. */
export function PosterFocus({
  picture,
  mediaId,
  channels,
  onApply,
  onClose,
}: {
  picture: Picture;
  mediaId: string;
  channels: string[];
  onApply: (focal: Point) => void;
  onClose: () => void;
}) {
  const { kinds } = useSuspenseQuery(kindsQuery).data;
  // The shapes do not depend on the words, nor on where the point is.
  const { data } = useQuery({
    queryKey: ['poster-shapes', mediaId, channels],
    queryFn: async ({ signal }) => {
      const body = { text: '', images: newImages([{ ...picture, decorative: true }]), channels };
      const { data, error } = await api.POST('/preview', { body, signal });
      if (error) throw error;
      return data.previews;
    },
    enabled: channels.length > 0,
  });
  return (
    <FocalDialog
      image={picture}
      mediaId={mediaId}
      kinds={kinds}
      previews={data ?? []}
      onApply={onApply}
      onClose={onClose}
    />
  );
}
