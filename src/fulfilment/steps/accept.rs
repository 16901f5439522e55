//! Accepts the order. 409 means the state changed meanwhile: the order's status decides (contract 1.12).

use serde_json::json;

use super::errors::{ended, not_now};
use crate::crash::{self, Point};
use crate::fulfilment::outcome::{Effects, Looked, Outcome};
use crate::fulfilment::runner::Parts;
use crate::fulfilment::situation::Situation;
use crate::marketplaces::{MarketError, MarketOrder, MarketStatus};

pub(super) async fn perform(s: &Situation, parts: &Parts) -> Outcome {
    crash::point(Point::AcceptBeforeCall);
    let accepting = parts.market.accept(&s.order.market_order_id, None).await;
    crash::point(Point::AcceptAfterCall);
    match accepting {
        Ok(order) => Outcome::Done(accepted(order)),
        Err(error @ MarketError::Conflict { .. }) => {
            crash::point(Point::AcceptRefused);
            match parts.market.read_order(&s.order.market_order_id).await {
                Ok(order) if order.status == MarketStatus::InProgress => Outcome::Done(accepted(order)),
                Ok(order) => Outcome::Retry {
                    wait: None,
                    reason: error.code().to_owned(),
                    effects: Effects {
                        market_order: Some(order),
                        ..Effects::of(json!({ "reason": error.code() }))
                    },
                },
                Err(_) => ended(&error, s.now),
            }
        }
        Err(error) => ended(&error, s.now),
    }
}

pub(super) async fn look(s: &Situation, parts: &Parts) -> Looked {
    match parts.market.read_order(&s.order.market_order_id).await {
        Ok(order) if order.status == MarketStatus::PendingAccept => Looked::NotLanded,
        // Cancelled before or after it was accepted: both look the same.
        Ok(order) if order.status == MarketStatus::Cancelled => Looked::CannotTell,
        Ok(order) => Looked::Landed(Box::new(accepted(order))),
        Err(error) => not_now(&error),
    }
}

fn accepted(order: MarketOrder) -> Effects {
    Effects { market_order: Some(order), ..Effects::nothing() }
}
