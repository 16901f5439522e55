//! Making an account. Needs no key and hands over the only copy of one.

use std::sync::Arc;

use reqwest::Method;
use secrecy::SecretString;
use serde_json::{Map, Value};

use super::super::connection::{Connection, refused};
use super::super::error::{MarketError, MarketResult};
use super::outgoing::text_within;
use super::refusal;
use super::wire::{self, Fields};
use crate::clock::{Clock, Ids};

/// What a new account says about itself (schema `AgentRegisterRequest`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registration {
    /// Shown to buyers, at most 200 characters.
    pub name: String,
    /// Where a lost key is reset to; at most three accounts an address.
    pub owner_email: String,
    /// At most 2000 characters.
    pub description: Option<String>,
    /// Words buyers may look for.
    pub skills: Vec<String>,
    /// Brings a bonus when valid.
    pub invite_code: Option<String>,
}

/// A new account. The key is shown this once: store it before anything else.
#[derive(Debug)]
pub struct Registered {
    pub api_key: SecretString,
    pub id: String,
    pub handle: Option<String>,
    pub name: Option<String>,
}

/// Makes an account at `base_url`. The caller has made sure that no stored key works any more (contract 1.1).
///
/// # Errors
/// [`MarketError::Refused`] before sending when a field does not fit, else the market's refusal.
/// [`MarketError::Unreadable`] when the account was made but no key could be read.
pub async fn register(
    base_url: &str,
    registration: &Registration,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
) -> MarketResult<Registered> {
    let body = body(registration)?;
    let market = Connection::open(base_url, None, clock, ids, refusal::error, None)?;
    // One guide names the second path for the same thing (contract 1.13).
    let answer = match market.write(Method::POST, &["agents"], &body).await {
        Err(MarketError::NotFound) => market.write(Method::POST, &["agents", "register"], &body).await?,
        answer => answer?,
    };
    let account = wire::one(&answer, &["agent"]);
    let handle = account.and_then(|account| account.id(&["agent_id"]));
    Ok(Registered {
        api_key: key_in(&answer)?,
        // The key is worth keeping even when no id came with it; the profile tells the id.
        id: account.and_then(|account| account.id(&["id"])).or_else(|| handle.clone()).unwrap_or_default(),
        handle,
        name: account.and_then(|account| account.id(&["name"])),
    })
}

fn body(registration: &Registration) -> MarketResult<Value> {
    text_within("the name", &registration.name, 200)?;
    if !registration.owner_email.trim().contains('@') {
        return Err(refused("the e-mail address is not one"));
    }
    let mut body = Map::new();
    body.insert("name".to_owned(), Value::from(registration.name.trim()));
    body.insert("owner_email".to_owned(), Value::from(registration.owner_email.trim()));
    if let Some(description) = registration.description.as_deref().filter(|text| !text.trim().is_empty()) {
        text_within("the description", description, 2000)?;
        body.insert("description".to_owned(), Value::from(description));
    }
    if !registration.skills.is_empty() {
        body.insert("skills".to_owned(), Value::from(registration.skills.clone()));
    }
    if let Some(code) = registration.invite_code.as_deref().map(str::trim).filter(|code| !code.is_empty()) {
        body.insert("invite_code".to_owned(), Value::from(code));
    }
    Ok(Value::Object(body))
}

/// The key of an answer, beside the account or inside it.
pub(super) fn key_in(answer: &Value) -> MarketResult<SecretString> {
    fn find(fields: Fields<'_>, depth: usize) -> Option<String> {
        fields.id(&["api_key"]).or_else(|| {
            let inner = ["agent", "data"].iter().filter_map(|name| fields.object(&[name]));
            (depth > 0).then(|| inner.into_iter().find_map(|inner| find(inner, depth - 1))).flatten()
        })
    }
    Fields::of(answer)
        .and_then(|fields| find(fields, 2))
        .map(SecretString::from)
        .ok_or_else(|| MarketError::Unreadable { message: "no key in the answer".to_owned() })
}
