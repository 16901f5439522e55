//! The thread with a buyer.

use reqwest::Method;
use serde_json::json;

use super::super::connection::Connection;
use super::super::pages::List;
use super::super::{convert, outgoing};
use super::converted;
use crate::marketplaces::{MarketMessage, MarketResult};

/// Oldest first; the market promises no order.
pub(super) async fn read_thread(market: &Connection, order_id: &str) -> MarketResult<Vec<MarketMessage>> {
    let list =
        List { path: &["orders", order_id, "messages"], query: &[], names: &["messages"], full_page: 100 };
    let mut messages = list.read(market, convert::message, |message| message.id.clone()).await?;
    if messages.iter().all(|message| message.at.is_some()) {
        // Messages of one instant keep the order they had, which is backwards when the list is.
        if messages.first().map(|message| message.at) > messages.last().map(|message| message.at) {
            messages.reverse();
        }
        messages.sort_by_key(|message| message.at);
    }
    Ok(messages)
}

pub(super) async fn say(market: &Connection, order_id: &str, text: &str) -> MarketResult<MarketMessage> {
    outgoing::text_within("the message", text, outgoing::MESSAGE_CHARS)?;
    let answer =
        market.write(Method::POST, &["orders", order_id, "messages"], &json!({ "content": text })).await?;
    converted(&answer, &["message"], convert::message)
}
