//! The buyers who turn up by themselves after a listing is published: four, then nobody until asked.

use jiff::Timestamp;

use super::kinds::BuyerKind;
use super::round::between;
use crate::practice::market::agents;
use crate::practice::shared::Shared;
use crate::practice::speed::after;

const VISITORS: [BuyerKind; 4] =
    [BuyerKind::Clear, BuyerKind::Vague, BuyerKind::Chinese, BuyerKind::ChangesMind];
/// Seconds from publishing to the first buyer, and between buyers: at least, at most.
const FIRST: (f64, f64) = (3.0, 5.0);
const BETWEEN: (f64, f64) = (35.0, 45.0);

/// A visit to come.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) due: Timestamp,
    pub(super) listing_id: String,
    pub(super) kind: BuyerKind,
}

/// The next visit, while something is for sale. After the first order a seller who has gone quiet gets no visits.
pub(super) fn next(shared: &Shared) -> Option<Visit> {
    if !shared.options.auto_buyers {
        return None;
    }
    let now = shared.clock.now();
    let world = shared.world();
    let kind = *VISITORS.get(world.visits.made)?;
    let listing = world.listings.iter().rev().find(|listing| listing.is_for_sale())?;
    let seller = world.agents.get(&listing.seller_id)?;
    let number = world.visits.made as u64;
    let earliest = after(listing.created_at, between(FIRST, shared.options.seed, number, 1));
    let due = match world.visits.last_at {
        None => earliest,
        Some(_) if seller.last_heartbeat.is_some() && !agents::is_online(shared, seller, now) => return None,
        Some(last) => earliest.max(after(last, between(BETWEEN, shared.options.seed, number, 2))),
    };
    let due = if shared.clock.is_instant() { now } else { due };
    Some(Visit { due, listing_id: listing.id.clone(), kind })
}
