// What the market makes of a listing, in words and in tone.
import type { ListingView } from '$lib/backend/generated/contract';
import { m } from '$lib/paraglide/messages';
import { lookupWord } from '$lib/words';

export function statusWords(listing: ListingView): string {
  if (listing.status === 'other') return m.listings_status_other({ word: listing.market_status ?? '–' });
  return lookupWord('listings_status', listing.status) ?? m.listings_status_other({ word: listing.status });
}

export type Tone = 'plain' | 'good' | 'heed' | 'bad' | 'calm';

/** What its card says in a word each: the seller's pause first, then what buyers see, then what the market was not told. */
export function chips(listing: ListingView): { tone: Tone; words: string }[] {
  const { status, paused, untold } = listing;
  const full = status === 'hidden' && listing.hidden_why === 'full';
  // A pause says by itself that buyers should not see it.
  const told = paused && (status === 'active' || (status === 'hidden' && !listing.hidden_by_seller));
  return [
    ...(paused ? [{ tone: 'heed' as const, words: m.listings_chip_paused() }] : []),
    ...(told ? [] : [full ? { tone: 'calm' as const, words: m.listings_chip_full() } : { tone: statusTone(status), words: statusWords(listing) }]),
    ...(untold === null ? [] : [{ tone: 'bad' as const, words: m.listings_chip_untold() }]),
  ];
}

/** What the seller should know beyond the words of the chips. */
export function listingNote(listing: ListingView): string | undefined {
  if (listing.untold !== null) return listing.paused ? m.listings_untold_paused() : m.listings_untold_note();
  if (listing.paused) return listing.hidden_by_seller ? m.listings_paused_hidden_note() : m.listings_paused_note();
  return statusNote(listing.status);
}

export function statusTone(status: string): Tone {
  switch (status) {
    case 'active':
      return 'good';
    case 'publishing':
    case 'pending_review':
      return 'calm';
    case 'offline':
    case 'unclear':
      return 'heed';
    case 'refused':
      return 'bad';
    default:
      return 'plain';
  }
}

/** What the seller should know about this status, beyond its name. */
function statusNote(status: string): string | undefined {
  switch (status) {
    case 'pending_review':
      return m.listings_pending_note();
    case 'offline':
      return m.listings_offline_note();
    case 'unclear':
      return m.listings_unclear_note();
    default:
      return undefined;
  }
}

/** Whether buyers or the market already know it, so that a change is a change for them. */
export function isPublished(listing: ListingView | undefined): boolean {
  return listing?.market_listing_id != null && listing.status !== 'draft' && listing.status !== 'refused';
}
