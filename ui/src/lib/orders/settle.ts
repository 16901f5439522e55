// The one button that settles a hold. What needs words first (a reply, a reason) leads to the order instead.
import type { Backend } from '$lib/backend/backend';
import type { OrderCard } from '$lib/backend/generated/contract';
import { go } from '$lib/router.svelte';

const DIRECT = { retry: 'orders.retry', approve: 'orders.approve', hand_back: 'orders.hand_back' } as const;

function isDirect(settle: string): settle is keyof typeof DIRECT {
  return Object.hasOwn(DIRECT, settle);
}

/**
 * Undefined when the seller must go to the order for it. `shown` says that they see the whole order: elsewhere a picture
 * that looks like another buyer's is not delivered unseen, the order opens instead.
 */
export function settling(backend: Backend, order: OrderCard, shown = false): (() => Promise<unknown>) | undefined {
  const settle = order.hold?.settle;
  if (settle === undefined || !isDirect(settle)) return undefined;
  const direct = () => backend.call(DIRECT[settle], { id: order.id });
  if (settle !== 'approve' || order.hold?.code !== 'approve' || shown) return direct;
  return async () => {
    const { look_alikes } = await backend.call('orders.get', { id: order.id });
    if (look_alikes.length === 0) return direct();
    go({ screen: 'order', id: order.id });
    return {};
  };
}
