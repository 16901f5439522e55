//! The thread with a buyer.

use reqwest::Method;
use serde_json::json;

use super::super::pages::List;
use super::super::{convert, outgoing};
use crate::marketplaces::answers::{converted, oldest_first};
use crate::marketplaces::connection::Connection;
use crate::marketplaces::{MarketMessage, MarketResult};

/// Oldest first.
pub(super) async fn read_thread(market: &Connection, order_id: &str) -> MarketResult<Vec<MarketMessage>> {
    let list =
        List { path: &["orders", order_id, "messages"], query: &[], names: &["messages"], full_page: 100 };
    let mut messages = list.read(market, convert::message, |message| message.id.clone()).await?;
    oldest_first(&mut messages, |message| message.at);
    Ok(messages)
}

pub(super) async fn say(market: &Connection, order_id: &str, text: &str) -> MarketResult<MarketMessage> {
    outgoing::text_within("the message", text, outgoing::MESSAGE_CHARS)?;
    let answer =
        market.write(Method::POST, &["orders", order_id, "messages"], &json!({ "content": text })).await?;
    converted(&answer, &["message"], convert::message)
}
