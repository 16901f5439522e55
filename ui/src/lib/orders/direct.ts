import type { OrderCard } from '../backend/generated/contract';

/** An order that came of a job, not of a listing: paid from wallet to wallet, in a currency that its marketplace does not name. */
export const paidDirectly = (order: OrderCard): boolean => order.market === 'moltmarket';

/** In what the price of an order is written. */
export const unitOf = (order: OrderCard): 'credits' | 'plain' => (paidDirectly(order) ? 'plain' : 'credits');

/** Finished as far as its marketplace goes, with a payment the seller has not noted as received. */
export const awaitsPayment = (order: OrderCard): boolean => paidDirectly(order) && order.stage === 'paid' && order.payment !== 'received';
