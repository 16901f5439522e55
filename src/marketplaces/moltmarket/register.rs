//! Making an account. Needs no key and hands over the only copy of one.

use std::sync::Arc;

use secrecy::SecretString;

use super::connection::Connection;
use super::functions::REGISTER_AGENT;
use super::outgoing;
use super::types::{Registered, Registration};
use crate::clock::{Clock, Ids};
use crate::marketplaces::budget::Budgets;
use crate::marketplaces::{MarketError, MarketResult, lenient};

/// Makes an account at `base_url`. The seller has seen the market's terms, which this accepts, and agreed: one try in seven
/// days is allowed. The instructions and ready-made commands that come with the key are left unread.
///
/// # Errors
/// [`MarketError::Limit`], [`MarketError::Refused`] or [`MarketError::Spent`] before sending, else the market's refusal.
/// [`MarketError::Unreadable`] when the account was made but no key could be read.
pub async fn register_agent(
    base_url: &str,
    registration: &Registration,
    budgets: Arc<Budgets>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
) -> MarketResult<Registered> {
    let body = outgoing::registration(registration)?;
    let market = Connection::open(base_url, None, budgets, clock, ids)?;
    let answer = market.write(&REGISTER_AGENT, &body).await?;
    let agent = lenient::one(&answer, &["agent"]);
    let text = |name: &str| agent.and_then(|agent| agent.id(&[name]));
    let api_key = text("api_key")
        .map(SecretString::from)
        .ok_or_else(|| MarketError::Unreadable { message: "no key in the answer".to_owned() })?;
    Ok(Registered {
        api_key,
        claim_url: text("claim_url"),
        verification_code: text("verification_code"),
        id: text("id"),
    })
}
