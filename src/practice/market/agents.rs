//! Accounts: registration, profile, presence and keys.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use bytes::Bytes;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::clock::Ids;
use crate::practice::body::Body;
use crate::practice::caller::Caller;
use crate::practice::refusal::Refusal;
use crate::practice::shapes::stamp;
use crate::practice::shared::{Shared, random_uuid};
use crate::practice::state::{Agent, OrderStatus};
use crate::practice::uat::Uat;

/// Silence after which an agent counts as offline (contract, `x-limits.offline_after_seconds`).
const OFFLINE_AFTER_SECONDS: f64 = 180.0;
/// Agents one e-mail address may register.
const AGENTS_PER_EMAIL: usize = 3;

/// A fresh account with an empty balance and a key of its own, not yet known to anyone.
pub(in crate::practice) fn open_account(
    ids: &dyn Ids,
    now: Timestamp,
    name: &str,
    owner_email: &str,
) -> Agent {
    let id = random_uuid(ids);
    Agent {
        handle: format!("agent_{}", id.get(..8).unwrap_or_default()),
        name: name.to_owned(),
        description: None,
        skills: Vec::new(),
        avatar_url: None,
        owner_email: owner_email.to_owned(),
        api_key: fresh_key(ids),
        balance: Uat::default(),
        frozen: Uat::default(),
        webhook_url: None,
        webhook_secret: None,
        last_heartbeat: None,
        sales_confirmed: 0,
        sales_completed: 0,
        accept_timeouts: 0,
        version: 1,
        created_at: now,
        updated_at: now,
        id,
    }
}

fn fresh_key(ids: &dyn Ids) -> String {
    format!("cla_live_{}", ids.secret_hex(24))
}

/// Whether the agent was heard of lately. Faster time grants proportionally more silence, because the seller's own
/// timer does not run faster.
pub(in crate::practice) fn is_online(shared: &Shared, agent: &Agent, now: Timestamp) -> bool {
    let speed = shared.clock.speed();
    let patience = OFFLINE_AFTER_SECONDS * if speed.is_finite() { speed.max(1.0) } else { 1.0 };
    agent.last_heartbeat.is_some_and(|beat| now.duration_since(beat).as_secs_f64() <= patience)
}

/// 0 to 100: the baseline of 75, moved by history over the first 20 orders (contract, BEHAVIOUR 1.11).
fn trust_score(agent: &Agent) -> f64 {
    let orders = agent.sales_completed + agent.accept_timeouts;
    let kept = if orders == 0 { 0.75 } else { agent.sales_confirmed as f64 / orders as f64 };
    let weight = (orders as f64 / 20.0).min(1.0);
    ((75.0 + (kept * 100.0 - 75.0) * weight) * 10.0).round() / 10.0
}

/// What anyone may see of an agent.
pub(in crate::practice) fn public_view(shared: &Shared, agent: &Agent, now: Timestamp) -> Value {
    json!({
        "id": agent.id, "agent_id": agent.handle, "name": agent.name, "description": agent.description,
        "avatar_url": agent.avatar_url, "skills": agent.skills, "trust_score": trust_score(agent),
        "is_online": is_online(shared, agent, now), "orders_completed": agent.sales_completed,
        "orders_confirmed": agent.sales_confirmed, "tasks_completed": 0, "tasks_confirmed": 0,
        "created_at": stamp(agent.created_at, 1),
    })
}

fn private_view(shared: &Shared, agent: &Agent, now: Timestamp) -> Value {
    let mut view = public_view(shared, agent, now);
    if let Some(fields) = view.as_object_mut() {
        fields.extend([
            ("owner_email".to_owned(), json!(agent.owner_email)),
            ("balance".to_owned(), json!(agent.balance.text())),
            ("frozen".to_owned(), json!(agent.frozen.text())),
            ("is_arbitrator".to_owned(), json!(false)),
            ("webhook_url".to_owned(), json!(agent.webhook_url)),
            ("response_success_count".to_owned(), json!(agent.sales_completed)),
            ("response_timeout_count".to_owned(), json!(agent.accept_timeouts)),
            ("malicious_dispute_count".to_owned(), json!(0)),
            ("version".to_owned(), json!(agent.version)),
            ("updated_at".to_owned(), stamp(agent.updated_at, 1)),
        ]);
    }
    view
}

/// Reads `webhook_url` and `webhook_secret`, noting flaws.
fn webhook_fields(body: &mut Body) -> (Option<String>, Option<String>) {
    let url = body.optional_text("webhook_url", 0, 2000).filter(|url| !url.is_empty());
    if let Some(url) = &url
        && !url::Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
    {
        body.flaw("webhook_url", "url_parsing", "Input should be a valid URL");
    }
    (url, body.optional_text("webhook_secret", 32, 64))
}

pub(in crate::practice) async fn register_agent(
    State(shared): State<Arc<Shared>>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let mut body = Body::read(&bytes)?;
    let name = body.text("name", 1, 200);
    let owner_email = body.text("owner_email", 3, 320);
    if !owner_email.is_empty() && !owner_email.contains('@') {
        body.flaw("owner_email", "value_error", "value is not a valid email address");
    }
    let description = body.optional_text("description", 0, 2000);
    let skills = body.optional_texts("skills").unwrap_or_default();
    let (webhook_url, webhook_secret) = webhook_fields(&mut body);
    body.check()?;

    let mut turn = shared.turn();
    if turn.agents.values().filter(|agent| agent.owner_email == owner_email).count() >= AGENTS_PER_EMAIL {
        return Err(Refusal::Conflict("This e-mail address already has 3 agents".into()));
    }
    let account = open_account(shared.ids.as_ref(), turn.now, &name, &owner_email);
    let agent = Agent { description, skills, webhook_url, webhook_secret, ..account };
    turn.insert_agent(agent.clone());
    let mut view = private_view(&shared, &agent, turn.now);
    if let Some(fields) = view.as_object_mut() {
        fields.insert("api_key".into(), json!(agent.api_key));
    }
    Ok((StatusCode::CREATED, Json(view)))
}

#[derive(Debug, Deserialize)]
pub(in crate::practice) struct AgentsQuery {
    limit: Option<usize>,
    offset: Option<usize>,
}

pub(in crate::practice) async fn list_agents(
    State(shared): State<Arc<Shared>>,
    Query(query): Query<AgentsQuery>,
) -> Json<Value> {
    let now = shared.clock.now();
    let world = shared.world();
    let mut agents: Vec<&Agent> = world.agents.values().collect();
    agents.sort_by(|a, b| {
        let rank = |agent: &Agent| (is_online(&shared, agent, now), trust_score(agent));
        let ((a_online, a_trust), (b_online, b_trust)) = (rank(a), rank(b));
        b_online.cmp(&a_online).then(b_trust.total_cmp(&a_trust)).then(a.created_at.cmp(&b.created_at))
    });
    let (limit, offset) = (query.limit.unwrap_or(20).clamp(1, 100), query.offset.unwrap_or(0));
    let items: Vec<Value> =
        agents.iter().skip(offset).take(limit).map(|agent| public_view(&shared, agent, now)).collect();
    Json(json!({"items": items, "total": agents.len(), "limit": limit, "offset": offset}))
}

pub(in crate::practice) async fn get_agent(
    State(shared): State<Arc<Shared>>,
    Path(agent_id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let world = shared.world();
    let agent = world.agents.get(&agent_id).ok_or(Refusal::NotFound("Agent"))?;
    Ok(Json(public_view(&shared, agent, shared.clock.now())))
}

pub(in crate::practice) async fn get_me(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
) -> Result<Json<Value>, Refusal> {
    let world = shared.world();
    let agent = world.agents.get(&agent_id).ok_or(Refusal::NotFound("Agent"))?;
    Ok(Json(private_view(&shared, agent, shared.clock.now())))
}

pub(in crate::practice) async fn update_me(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    bytes: Bytes,
) -> Result<Json<Value>, Refusal> {
    let mut body = Body::read(&bytes)?;
    let name = body.optional_text("name", 1, 200);
    let description = body.optional_text("description", 0, 2000);
    let avatar_url = body.optional_text("avatar_url", 0, 2000);
    let skills = body.optional_texts("skills");
    let (webhook_url, webhook_secret) = webhook_fields(&mut body);
    if ["name", "description", "avatar_url", "skills", "webhook_url", "webhook_secret"]
        .iter()
        .all(|field| !body.has(field))
    {
        body.flaw("body", "value_error", "Send at least one field to change");
    }
    body.check()?;

    let mut turn = shared.turn();
    let now = turn.now;
    let agent = turn.agents.get_mut(&agent_id).ok_or(Refusal::NotFound("Agent"))?;
    agent.name = name.unwrap_or_else(|| agent.name.clone());
    agent.description = description.or(agent.description.take());
    agent.avatar_url = avatar_url.or(agent.avatar_url.take());
    agent.skills = skills.unwrap_or_else(|| agent.skills.clone());
    if body.has("webhook_url") {
        agent.webhook_url = webhook_url;
    }
    agent.webhook_secret = webhook_secret.or(agent.webhook_secret.take());
    agent.version += 1;
    agent.updated_at = now;
    Ok(Json(private_view(&shared, agent, now)))
}

pub(in crate::practice) async fn heartbeat(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
) -> Result<Json<Value>, Refusal> {
    let mut turn = shared.turn();
    let now = turn.now;
    turn.agents.get_mut(&agent_id).ok_or(Refusal::NotFound("Agent"))?.last_heartbeat = Some(now);
    Ok(Json(json!({"status": "ok", "is_online": true})))
}

pub(in crate::practice) async fn dashboard(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
) -> Result<Json<Value>, Refusal> {
    let world = shared.world();
    let agent = world.agents.get(&agent_id).ok_or(Refusal::NotFound("Agent"))?;
    let mut sold = std::collections::BTreeMap::<&str, u64>::new();
    let mut bought = 0;
    for order in &world.orders {
        if order.seller_id == agent_id {
            *sold.entry(order.status.word()).or_default() += 1;
        } else if order.buyer_id == agent_id {
            bought += 1;
        }
    }
    let waiting = sold.get(OrderStatus::PendingAccept.word()).copied().unwrap_or_default();
    let earned = world
        .transactions
        .iter()
        .filter(|entry| entry.agent_id == agent_id && entry.kind == "order_payout")
        .fold(Uat::default(), |sum, entry| Uat(sum.0 + entry.amount.0));
    let listed = world
        .listings
        .iter()
        .filter(|listing| listing.seller_id == agent_id && listing.is_for_sale())
        .count();
    Ok(Json(json!({
        "balance": agent.balance.text(), "frozen": agent.frozen.text(), "trust_score": trust_score(agent),
        "orders_as_buyer": bought, "orders_as_seller": sold, "orders_pending_action": waiting,
        "tasks_posted": 0, "tasks_claimed": 0, "tasks_pending_action": 0,
        "earnings_30d": earned.text(), "listings_active": listed,
    })))
}

pub(in crate::practice) async fn regenerate_key(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
) -> Result<Json<Value>, Refusal> {
    let fresh = fresh_key(shared.ids.as_ref());
    let mut turn = shared.turn();
    let agent = turn.agents.get_mut(&agent_id).ok_or(Refusal::NotFound("Agent"))?;
    let gone = std::mem::replace(&mut agent.api_key, fresh.clone());
    turn.keys.remove(&gone);
    turn.keys.insert(fresh.clone(), agent_id);
    Ok(Json(json!({"api_key": fresh})))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trust_moves_from_the_baseline_with_history() {
        let now = Timestamp::UNIX_EPOCH;
        let agent = |confirmed, completed, timeouts| Agent {
            id: String::new(),
            handle: String::new(),
            name: String::new(),
            description: None,
            skills: Vec::new(),
            avatar_url: None,
            owner_email: String::new(),
            api_key: String::new(),
            balance: Uat::default(),
            frozen: Uat::default(),
            webhook_url: None,
            webhook_secret: None,
            last_heartbeat: None,
            sales_confirmed: confirmed,
            sales_completed: completed,
            accept_timeouts: timeouts,
            version: 1,
            created_at: now,
            updated_at: now,
        };
        assert!((trust_score(&agent(0, 0, 0)) - 75.0).abs() < 0.01);
        assert!((trust_score(&agent(20, 20, 0)) - 100.0).abs() < 0.01);
        assert!(trust_score(&agent(1, 1, 9)) < 75.0, "time-outs cost trust");
    }
}
