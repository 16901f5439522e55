//! Orders: reading them and moving them on.

use reqwest::Method;
use serde_json::{Value, json};

use super::super::pages::List;
use super::super::{convert, outgoing};
use crate::marketplaces::answers::converted;
use crate::marketplaces::connection::{Connection, refused};
use crate::marketplaces::{DeliveryNote, MarketError, MarketOrder, MarketResult, MarketStatus};

pub(super) async fn read(market: &Connection, order_id: &str) -> MarketResult<MarketOrder> {
    let answer = market.read(&["orders", order_id], &[]).await?;
    converted(&answer, &["order"], convert::order)
}

/// Rows that say they are purchases of ours, or carry another known status, are left out: not every filter of the
/// market is documented to work.
pub(super) async fn list(market: &Connection, status: &MarketStatus) -> MarketResult<Vec<MarketOrder>> {
    let list = List {
        path: &["orders"],
        query: &[("role", "seller"), ("status", status.as_str())],
        names: &["orders"],
        // The maximum page size is documented for other lists only; 20 is the documented default.
        full_page: 20,
    };
    let mut orders = list
        .read(
            market,
            |fields| {
                let is_sale = fields.id(&["role"]).as_deref() != Some("buyer");
                convert::order_row(fields, status).map(|order| (order, is_sale))
            },
            |(order, _)| order.id.clone(),
        )
        .await?;
    orders.retain(|(order, is_sale)| {
        *is_sale && (order.status == *status || matches!(order.status, MarketStatus::Other(_)))
    });
    Ok(orders.into_iter().map(|(order, _)| order).collect())
}

pub(super) async fn accept(
    market: &Connection,
    order_id: &str,
    confirmed_input: Option<&Value>,
) -> MarketResult<MarketOrder> {
    let body = match confirmed_input {
        Some(input) => json!({ "confirmed_input": input }),
        None => json!({}),
    };
    act(market, order_id, "accept", &body).await
}

/// The reference has `reject`, the market's own tool only `cancel` (contract 1.13).
pub(super) async fn decline(market: &Connection, order_id: &str, reason: &str) -> MarketResult<MarketOrder> {
    let body = outgoing::reason(reason)?;
    match act(market, order_id, "reject", &body).await {
        Err(MarketError::NotFound) => act(market, order_id, "cancel", &body).await,
        answer => answer,
    }
}

pub(super) async fn cancel(market: &Connection, order_id: &str, reason: &str) -> MarketResult<MarketOrder> {
    act(market, order_id, "cancel", &outgoing::reason(reason)?).await
}

pub(super) async fn complete(
    market: &Connection,
    order_id: &str,
    delivery: &DeliveryNote,
) -> MarketResult<MarketOrder> {
    act(market, order_id, "complete", &outgoing::delivery(delivery)?).await
}

pub(super) async fn propose_refund(market: &Connection, order_id: &str, percent: u8) -> MarketResult<Value> {
    if percent > 100 {
        return Err(refused("a refund is at most 100 percent"));
    }
    let body = json!({ "proposed_refund_percentage": percent });
    market.write(Method::POST, &["disputes", order_id, "negotiate"], &body).await
}

async fn act(market: &Connection, order_id: &str, action: &str, body: &Value) -> MarketResult<MarketOrder> {
    let answer = market.write(Method::POST, &["orders", order_id, action], body).await?;
    converted(&answer, &["order"], convert::order)
}
