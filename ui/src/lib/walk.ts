// How far an order has walked, for drawing it. This reads what the engine said; it decides nothing.
import type { OrderCard } from './backend/generated/contract';

export const WALK = ['accepted', 'asked', 'brief', 'drawn', 'delivered', 'confirmed', 'paid'] as const;
export type Milestone = (typeof WALK)[number];

export type Walk = {
  /** How many milestones lie behind. */
  done: number;
  /** It stands still until the seller acts. */
  held: boolean;
  /** Nothing more will happen. */
  over: boolean;
};

/** `received` is what the seller noted of a payment from wallet to wallet; undefined where the marketplace pays. */
export function walkOf(order: OrderCard, received?: boolean): Walk {
  return { done: order.stage === 'paid' && received === false ? WALK.length - 1 : done(order), held: order.hold !== null || order.paused, over: order.stage === 'closed' || order.stage === 'paid' };
}

function done(order: OrderCard): number {
  switch (order.stage) {
    case 'waiting':
      return 0;
    case 'asking':
      // Asked once the robot waits for the answer or is reading it.
      return order.next === 'accept' || order.next === 'guide' ? 1 : 2;
    case 'making':
      return order.next === 'read_brief' ? 2 : order.next === 'upload' || order.next === 'tell' || order.next === 'complete' ? 4 : 3;
    case 'approving':
      return 4;
    case 'delivered':
      return order.next === 'settle' ? 6 : 5;
    case 'paid':
      return 7;
    case 'closed':
      return 0;
  }
}
