//! Own listings.

use reqwest::Method;
use serde_json::{Value, json};

use super::super::pages::List;
use super::super::{convert, outgoing};
use crate::marketplaces::answers::converted;
use crate::marketplaces::connection::Connection;
use crate::marketplaces::{ListingText, MarketError, MarketListing, MarketResult};

/// Stock is taken by some deployments only: when it is what the market objects to, the listing goes without
/// (contract 1.13). The objection had no effect, so the same key stays good.
pub(super) async fn create(
    market: &Connection,
    listing: &ListingText,
    key: &str,
) -> MarketResult<MarketListing> {
    let mut body = outgoing::listing(listing)?;
    match publish(market, &body.clone().into(), key).await {
        Err(MarketError::Invalid { message, fields })
            if body.contains_key("inventory") && objects_to_stock(&message, &fields) =>
        {
            body.shift_remove("inventory");
            publish(market, &body.into(), key).await
        }
        answer => answer,
    }
}

fn objects_to_stock(message: &str, fields: &[String]) -> bool {
    fields.iter().any(|field| field == "inventory") || message.to_ascii_lowercase().contains("inventory")
}

/// Both spellings of the header: the market's tool sends the first, the order calls document the second.
async fn publish(market: &Connection, body: &Value, key: &str) -> MarketResult<MarketListing> {
    let headers = [("Idempotency-Key", key), ("X-Idempotency-Key", key)];
    let answer = market.write_with(Method::POST, &["listings"], body, &headers).await?;
    converted(&answer, &["listing"], convert::listing)
}

pub(super) async fn list(market: &Connection) -> MarketResult<Vec<MarketListing>> {
    let list = List {
        path: &["listings", "my"],
        query: &[("include_hidden", "true")],
        names: &["listings"],
        full_page: 100,
    };
    list.read(market, convert::listing, |listing| listing.id.clone()).await
}

pub(super) async fn read(market: &Connection, listing_id: &str) -> MarketResult<MarketListing> {
    let answer = market.read(&["listings", listing_id], &[]).await?;
    converted(&answer, &["listing"], convert::listing)
}

pub(super) async fn update(
    market: &Connection,
    listing_id: &str,
    listing: &ListingText,
) -> MarketResult<MarketListing> {
    patch(market, listing_id, &outgoing::listing_changes(listing)?.into()).await
}

pub(super) async fn hide(market: &Connection, listing_id: &str, hidden: bool) -> MarketResult<MarketListing> {
    patch(market, listing_id, &json!({ "is_hidden": hidden })).await
}

async fn patch(market: &Connection, listing_id: &str, body: &Value) -> MarketResult<MarketListing> {
    let answer = market.write(Method::PATCH, &["listings", listing_id], body).await?;
    converted(&answer, &["listing"], convert::listing)
}

pub(super) async fn delete(market: &Connection, listing_id: &str) -> MarketResult<()> {
    market.tell(Method::DELETE, &["listings", listing_id], None).await
}

pub(super) async fn metrics(market: &Connection, listing_id: &str) -> MarketResult<Value> {
    market.read(&["listings", listing_id, "metrics"], &[]).await
}
