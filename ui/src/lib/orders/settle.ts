// The one button that settles a hold. What needs words first (a reply, a reason) leads to the order instead.
import type { Backend } from '$lib/backend/backend';
import type { OrderCard } from '$lib/backend/generated/contract';

const DIRECT = { retry: 'orders.retry', approve: 'orders.approve', hand_back: 'orders.hand_back' } as const;

function isDirect(settle: string): settle is keyof typeof DIRECT {
  return Object.hasOwn(DIRECT, settle);
}

/** Undefined when the seller must go to the order for it. */
export function settling(backend: Backend, order: OrderCard): (() => Promise<unknown>) | undefined {
  const settle = order.hold?.settle;
  if (settle === undefined || !isDirect(settle)) return undefined;
  return () => backend.call(DIRECT[settle], { id: order.id });
}
