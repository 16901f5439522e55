//! The rehearsal: a buyer now, and how fast time passes.

use super::contract::*;
use crate::practice::{BuyerKind, OrderRequest};
use crate::stall::Stall;

pub(super) async fn buyer(stall: &Stall, request: PracticeBuyer) -> Result<Nothing, DeskError> {
    let kind: BuyerKind = serde_json::from_value(serde_json::Value::String(request.kind))
        .map_err(|_| DeskError::of("invalid", "no such buyer").with("field", "kind"))?;
    let listing = stall.store().lookup_listing(&request.listing_id).await?;
    let listing_id = listing.and_then(|row| row.market_listing_id).unwrap_or(request.listing_id);
    let practice = stall.practice().lock().await;
    let Some(practice) = practice.as_ref() else {
        return Err(DeskError::of("not_now", "this is not the practice marketplace"));
    };
    practice
        .place_order(OrderRequest { listing_id, buyer: kind })
        .await
        .map_err(|error| DeskError::of("conflict", error.to_string()))?;
    Ok(Nothing {})
}

pub(super) async fn speed(stall: &Stall, request: PracticeSpeed) -> Result<StallView, DeskError> {
    if !(0.1..=1000.0).contains(&request.speed) {
        return Err(DeskError::of("invalid", "a speed is 0.1 to 1000").with("field", "speed"));
    }
    {
        let practice = stall.practice().lock().await;
        let Some(practice) = practice.as_ref() else {
            return Err(DeskError::of("not_now", "this is not the practice marketplace"));
        };
        practice.set_speed(request.speed);
    }
    super::stall::view(stall).await
}
