//! News: the feed, its acknowledgement, and the same shape when it is pushed.

use reqwest::Method;
use serde_json::{Value, json};

use super::super::{convert, wire};
use crate::marketplaces::answers::{no_list, readable};
use crate::marketplaces::connection::Connection;
use crate::marketplaces::{MarketError, MarketEvent, MarketResult};

/// Sorted here: the market does not promise an order.
pub(super) async fn after(
    market: &Connection,
    last_event_id: i64,
    limit: u32,
) -> MarketResult<Vec<MarketEvent>> {
    let (last, limit) = (last_event_id.max(0).to_string(), limit.max(1).to_string());
    let answer =
        market.read(&["events", "me", "events"], &[("last_event_id", &last), ("limit", &limit)]).await?;
    let rows = wire::page(&answer, &["events"]).ok_or_else(no_list)?.rows;
    let mut events = readable(rows, convert::event);
    events.sort_by_key(|event| event.id);
    events.dedup_by_key(|event| event.id);
    Ok(events)
}

pub(super) async fn acknowledge(market: &Connection, event_ids: &[i64]) -> MarketResult<()> {
    if event_ids.is_empty() {
        return Ok(());
    }
    market
        .tell(Method::POST, &["events", "me", "events", "ack"], Some(&json!({ "event_ids": event_ids })))
        .await
}

pub(super) async fn pending(market: &Connection) -> MarketResult<u64> {
    let answer = market.read(&["events", "me", "events", "pending"], &[]).await?;
    wire::pending(&answer)
        .ok_or_else(|| MarketError::Unreadable { message: "no count in the answer".to_owned() })
}

/// Reads the body of a push, whose signature was checked before.
///
/// # Errors
/// [`MarketError::Unreadable`] when it is no JSON object with an event id and a type.
pub fn read_pushed_event(body: &[u8]) -> MarketResult<MarketEvent> {
    let unreadable = |message: String| MarketError::Unreadable { message };
    let pushed: Value = serde_json::from_slice(body).map_err(|error| unreadable(error.to_string()))?;
    wire::Fields::of(&pushed)
        .and_then(convert::event)
        .ok_or_else(|| unreadable("no event id and type in the push".to_owned()))
}
