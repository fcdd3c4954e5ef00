import type { QueryClient } from '@tanstack/react-query';
import { deliveryQuery, postQuery } from '../../api/posts';
import type { Delivery } from '../../api/types';

/** Reads again what shows a delivery: itself, its post, and the lists of posts. */
export function refreshDelivery(client: QueryClient, delivery: Pick<Delivery, 'id' | 'post_id'>): void {
  for (const queryKey of [deliveryQuery(delivery.id).queryKey, postQuery(delivery.post_id).queryKey, ['get', '/posts']])
    void client.invalidateQueries({ queryKey });
}
