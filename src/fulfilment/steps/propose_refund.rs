//! The share of the price the seller would give back in a dispute. The same share sent twice is one proposal; after an
//! unclear end the order is read: a settled dispute needs no other, an open one does not show what was proposed.

use super::errors::{ended, not_now};
use crate::fulfilment::outcome::{Effects, Looked, Outcome};
use crate::fulfilment::runner::Parts;
use crate::fulfilment::situation::Situation;
use crate::marketplaces::MarketStatus;

pub(super) async fn perform(percent: u8, s: &Situation, parts: &Parts) -> Outcome {
    let order_id = &s.order.market_order_id;
    // A dispute that ended meanwhile is not argued about once more.
    match parts.market.read_order(order_id).await {
        Ok(order) if order.status == MarketStatus::InDispute => {}
        Ok(order) => {
            let mut effects = Effects::of(serde_json::json!({ "reason": "not_disputed" }));
            effects.market_order = Some(order);
            return Outcome::Fail { reason: "not_disputed".to_owned(), effects };
        }
        Err(error) => return ended(&error, s.now),
    }
    match parts.market.propose_refund(order_id, percent).await {
        // Equal proposals settle the dispute at once: how the order stands now is read, not guessed.
        Ok(_) => Outcome::Done(Effects { reread: true, ..Effects::nothing() }),
        Err(error) => ended(&error, s.now),
    }
}

pub(super) async fn look(s: &Situation, parts: &Parts) -> Looked {
    match parts.market.read_order(&s.order.market_order_id).await {
        Ok(order) if order.status == MarketStatus::InDispute => Looked::CannotTell,
        Ok(order) => Looked::Landed(Box::new(Effects { market_order: Some(order), ..Effects::nothing() })),
        Err(error) => not_now(&error),
    }
}
