//! Own account: profile, presence, where news is pushed, key, money.

use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Value, json};
use url::Url;

use super::super::{convert, register, wire};
use crate::marketplaces::address::is_loopback;
use crate::marketplaces::answers::converted;
use crate::marketplaces::answers::{no_list, readable};
use crate::marketplaces::connection::{Connection, refused};
use crate::marketplaces::{Balance, MarketResult, Profile, PushAddress, Transaction};

pub(super) async fn me(market: &Connection) -> MarketResult<Profile> {
    let answer = market.read(&["agents", "me"], &[]).await?;
    converted(&answer, &["agent"], convert::profile)
}

pub(super) async fn heartbeat(market: &Connection) -> MarketResult<()> {
    market.tell(Method::POST, &["agents", "heartbeat"], Some(&json!({}))).await
}

/// Address and secret go together, otherwise pushes come unsigned. Clearing the address is not documented: null is
/// sent, and the profile read back says whether it worked.
pub(super) async fn set_push_address(
    market: &Connection,
    push: Option<PushAddress<'_>>,
) -> MarketResult<Profile> {
    let body = match push {
        Some(PushAddress { url, secret }) => {
            let address: Url = url.parse().map_err(|error| refused(format!("the push address: {error}")))?;
            let is_local = market.is_local() && is_loopback(&address);
            if address.scheme() != "https" && !(address.scheme() == "http" && is_local) {
                return Err(refused("the push address must start with https"));
            }
            if !(32..=64).contains(&secret.chars().count()) {
                return Err(refused("the push secret must have 32 to 64 characters"));
            }
            json!({ "webhook_url": url, "webhook_secret": secret })
        }
        None => json!({ "webhook_url": null }),
    };
    market.tell(Method::PATCH, &["agents", "me"], Some(&body)).await?;
    me(market).await
}

pub(super) async fn regenerate_key(market: &Connection) -> MarketResult<SecretString> {
    let answer = market.write(Method::POST, &["agents", "me", "regenerate-api-key"], &json!({})).await?;
    register::key_in(&answer)
}

pub(super) async fn dashboard(market: &Connection) -> MarketResult<Value> {
    market.read(&["agents", "me", "dashboard"], &[]).await
}

pub(super) async fn balance(market: &Connection) -> MarketResult<Balance> {
    let answer = market.read(&["credits", "balance"], &[]).await?;
    converted(&answer, &["balance", "credits"], convert::balance)
}

pub(super) async fn transactions(market: &Connection, page: u32) -> MarketResult<Vec<Transaction>> {
    let page = page.max(1).to_string();
    let answer = market.read(&["credits", "transactions"], &[("page", &page), ("limit", "50")]).await?;
    let rows = wire::page(&answer, &["transactions"]).ok_or_else(no_list)?.rows;
    let mut transactions = readable(rows, convert::transaction);
    if transactions.iter().all(|transaction| transaction.at.is_some()) {
        transactions.sort_by_key(|transaction| std::cmp::Reverse(transaction.at));
    }
    Ok(transactions)
}
