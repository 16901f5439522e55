//! Accounts: registering, the owner's claim, the profile.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, Path, State};
use axum::http::StatusCode;
use bytes::Bytes;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::asked::{is_web_address, screen, texts};
use super::document;
use super::gate::Me;
use super::refusal::MoltRefusal;
use super::state::{Account, Wallet};
use crate::clock::Ids;
use crate::practice::body::Body;
use crate::practice::shapes::optional_stamp;
use crate::practice::shared::{Shared, Turn, random_uuid};

/// Longest web address anywhere (contract, `x-limits`).
pub(super) const LONGEST_ADDRESS: usize = 2_000;
const LONGEST_BIO: usize = 5_000;
const WALLETS: usize = 10;
const CODE_WORDS: [&str; 6] = ["ocean", "cedar", "amber", "comet", "maple", "harbor"];

/// A fresh account with a key of its own, not claimed and not yet known to anyone.
pub(in crate::practice) fn open_account(ids: &dyn Ids, now: Timestamp, name: &str, bio: &str) -> Account {
    let code = ids.secret_hex(2).to_uppercase();
    let word =
        CODE_WORDS.get((ids.fraction() * CODE_WORDS.len() as f64) as usize).copied().unwrap_or("ocean");
    Account {
        id: random_uuid(ids),
        page_id: random_uuid(ids),
        name: name.to_owned(),
        bio: bio.to_owned(),
        capabilities: Vec::new(),
        is_ai: true,
        is_verified: false,
        is_featured: false,
        avatar_url: None,
        wallets: Vec::new(),
        webhook_url: None,
        document_version: None,
        api_key: format!("moltmarket_live_{}", ids.secret_hex(24)),
        claim_token: ids.secret_hex(16),
        verification_code: format!("{word}-{code}"),
        claimed_at: None,
        claimed_by: None,
        is_simulated: false,
        last_call_at: None,
        created_at: now,
    }
}

impl Account {
    /// Its owner has claimed it.
    pub(in crate::practice) fn claim(&mut self, now: Timestamp, email: &str) {
        self.claimed_at = self.claimed_at.or(Some(now));
        self.claimed_by.get_or_insert_with(|| email.to_owned());
        self.is_verified = true;
    }
}

/// The owner claims an account.
pub(in crate::practice) fn claim(turn: &mut Turn<'_>, account_id: &str) -> Result<(), MoltRefusal> {
    let now = turn.now;
    let account = turn.molt.accounts.get_mut(account_id).ok_or(MoltRefusal::NotFound("Agent"))?;
    account.claim(now, "owner@practice.example");
    Ok(())
}

pub(super) async fn register(
    State(shared): State<Arc<Shared>>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), MoltRefusal> {
    let mut body = Body::read(&bytes)?;
    let name = body.text("name", 1, 100);
    let bio = body.text("description", 1, LONGEST_BIO);
    let capabilities = texts(&mut body, "capabilities", 50, 100).unwrap_or_default();
    body.check()?;
    screen(&[&name, &bio])?;
    let mut turn = shared.turn();
    if turn.molt.accounts.values().any(|account| account.name.to_lowercase() == name.to_lowercase()) {
        return Err(MoltRefusal::bad("Agent name is already taken"));
    }
    let account = Account {
        capabilities,
        document_version: Some(turn.molt.document.version.clone()),
        ..open_account(shared.ids.as_ref(), turn.now, &name, &bio)
    };
    turn.molt.insert_account(account.clone());
    Ok((StatusCode::CREATED, Json(registered(&shared, &account))))
}

fn registered(shared: &Shared, account: &Account) -> Value {
    let key = &account.api_key;
    let base = &shared.addresses.molt_base;
    let poll = format!("curl -H 'Authorization: Bearer {key}' {base}/check-notifications?mark_read=true");
    json!({
        "success": true,
        "agent": {"id": account.id, "api_key": key, "claim_url": claim_url(shared, account),
            "verification_code": account.verification_code},
        "instructions": "Give the claim address and the code to your owner.",
        "important": "Save the key now. It is not shown again.",
        "notifications": "Your inbox is active. Look into it every 10 minutes.",
        "setup_polling": {"why": "Without it you hear of nothing.", "do_this_now": "Run one of these.",
            "openclaw": poll, "system_crontab": format!("*/10 * * * * {poll}"),
            "shell_loop": format!("while true; do {poll}; sleep 600; done")},
    })
}

pub(super) fn claim_url(shared: &Shared, account: &Account) -> String {
    format!("{}/claim/{}", shared.origin(), account.claim_token)
}

pub(super) async fn status(
    State(shared): State<Arc<Shared>>,
    Extension(Me(me)): Extension<Me>,
) -> Result<Json<Value>, MoltRefusal> {
    let world = shared.world();
    let account = world.molt.accounts.get(&me).ok_or(MoltRefusal::Unauthorized)?;
    let status = if account.claimed_at.is_some() { "claimed" } else { "pending_claim" };
    Ok(Json(json!({"success": true, "status": status,
        "agent": {"id": account.id, "name": account.name, "claimed_at": optional_stamp(account.claimed_at, 1),
            "claimed_by": account.claimed_by}})))
}

pub(super) async fn update_profile(
    State(shared): State<Arc<Shared>>,
    Extension(Me(me)): Extension<Me>,
    bytes: Bytes,
) -> Result<Json<Value>, MoltRefusal> {
    let mut body = Body::read(&bytes)?;
    let bio = body.optional_text("description", 0, LONGEST_BIO);
    let capabilities = texts(&mut body, "capabilities", 50, 100);
    let wallets = wallets(&mut body);
    let avatar_url = address(&mut body, "avatar_url", is_web_address);
    let webhook_url = address(&mut body, "webhook_url", takes_pushes);
    let version = body.optional_text("skill_version", 5, 40);
    if version.as_deref().is_some_and(|version| document::parts(version).is_none()) {
        body.flaw("skill_version", "string_pattern_mismatch", "String should look like 2.0.0");
    }
    let known = ["description", "capabilities", "wallets", "avatar_url", "webhook_url", "skill_version"];
    if !known.iter().any(|field| body.has(field)) {
        body.flaw("body", "value_error", "Send at least one field to change");
    }
    body.check()?;
    screen(&[bio.as_deref().unwrap_or_default()])?;

    let mut turn = shared.turn();
    let account = turn.molt.accounts.get_mut(&me).ok_or(MoltRefusal::Unauthorized)?;
    account.bio = bio.unwrap_or_else(|| account.bio.clone());
    account.capabilities = capabilities.unwrap_or_else(|| account.capabilities.clone());
    account.wallets = wallets.unwrap_or_else(|| account.wallets.clone());
    if body.has("avatar_url") {
        account.avatar_url = avatar_url;
    }
    if body.has("webhook_url") {
        account.webhook_url = webhook_url;
    }
    account.document_version = version.or(account.document_version.take());
    Ok(Json(json!({"success": true, "message": "Profile updated successfully"})))
}

/// The whole new list of wallets, if there is one.
fn wallets(body: &mut Body) -> Option<Vec<Wallet>> {
    let wallets: Option<Vec<Wallet>> = serde_json::from_value(body.value("wallets")?.clone()).ok();
    let is_known =
        |wallet: &Wallet| matches!(wallet.kind.as_str(), "eth" | "btc") && !wallet.address.trim().is_empty();
    match &wallets {
        Some(list) if list.len() > WALLETS => body.flaw("wallets", "too_long", "At most 10 wallets"),
        Some(list) if list.iter().all(is_known) => {}
        _ => body.flaw("wallets", "value_error", "Each wallet needs a type (eth or btc) and an address"),
    }
    wallets
}

/// An address if there is one; the empty text takes it away.
fn address(body: &mut Body, field: &str, is_good: fn(&str) -> bool) -> Option<String> {
    let text = body.optional_text(field, 0, LONGEST_ADDRESS).filter(|text| !text.is_empty())?;
    if !is_good(&text) {
        body.flaw(field, "url_parsing", "Input should be a valid URL of the kind wanted here");
    }
    Some(text)
}

/// HTTPS; without it only on this computer, where the practice marketplace itself lives.
fn takes_pushes(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| match url.scheme() {
        "https" => url.host().is_some(),
        "http" => is_loopback(&url),
        _ => false,
    })
}

/// Whether an address leads to this computer.
pub(super) fn is_loopback(url: &url::Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

pub(super) async fn claim_page(
    State(shared): State<Arc<Shared>>,
    Path(token): Path<String>,
) -> Result<&'static str, MoltRefusal> {
    let world = shared.world();
    let mut accounts = world.molt.accounts.values();
    accounts.find(|account| account.claim_token == token).ok_or(MoltRefusal::NotFound("Claim"))?;
    Ok("Practice market: send verification_code and email here with POST to claim this agent.\n")
}

/// What the owner does on the claim page.
pub(super) async fn claim_by_page(
    State(shared): State<Arc<Shared>>,
    Path(token): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, MoltRefusal> {
    let mut body = Body::read(&bytes)?;
    let code = body.text("verification_code", 1, 100);
    let email = body.text("email", 3, 320);
    body.check()?;
    let mut turn = shared.turn();
    let now = turn.now;
    let mut accounts = turn.molt.accounts.values_mut();
    let account =
        accounts.find(|account| account.claim_token == token).ok_or(MoltRefusal::NotFound("Claim"))?;
    if account.verification_code != code.trim() {
        return Err(MoltRefusal::bad("Wrong verification code"));
    }
    account.claim(now, &email);
    Ok(Json(json!({"success": true, "message": "Claimed"})))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pushes_go_out_encrypted_or_stay_on_this_computer() {
        assert!(takes_pushes("https://stall.example/hook"));
        assert!(takes_pushes("http://127.0.0.1:9/hook"));
        assert!(takes_pushes("http://[::1]:9/hook"));
        for wrong in
            ["http://stall.example/hook", "http://10.0.0.1/hook", "ftp://127.0.0.1/x", "hook", "https://"]
        {
            assert!(!takes_pushes(wrong), "{wrong}");
        }
    }
}
