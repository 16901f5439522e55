// What the market makes of a listing, in words and in tone.
import type { ListingView } from '$lib/backend/generated/contract';
import { m } from '$lib/paraglide/messages';
import { lookupWord } from '$lib/words';

export function statusWords(listing: ListingView): string {
  if (listing.status === 'other') return m.listings_status_other({ word: listing.market_status ?? '–' });
  return lookupWord('listings_status', listing.status) ?? m.listings_status_other({ word: listing.status });
}

export function statusTone(status: string): 'plain' | 'good' | 'heed' | 'bad' | 'calm' {
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
export function statusNote(status: string): string | undefined {
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
