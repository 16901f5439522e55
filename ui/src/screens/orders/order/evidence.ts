// Saving everything that can be shown of an order.
import { toast } from 'svelte-sonner';
import type { Backend } from '$lib/backend/backend';
import type { OrderCard } from '$lib/backend/generated/contract';
import { m } from '$lib/paraglide/messages';
import type { Acting } from '$lib/state/acting.svelte';

/** Only what a file may be called everywhere. */
function nameOf(card: OrderCard): string {
  const id = card.market_order_id.replaceAll(/[^A-Za-z0-9-]+/g, '-').slice(0, 60);
  return `order-${id === '' ? 'evidence' : id}.zip`;
}

export async function saveEvidence(backend: Backend, acting: Acting, card: OrderCard): Promise<void> {
  const saved = await acting.run('evidence', () => backend.saveEvidence(card.id, nameOf(card)));
  if (saved === true) toast.success(m.order_evidence_saved());
}
