//! The part of the control address that steers the second market.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::accounts;
use super::document;
use super::inbox;
use super::limits::Strictness;
use super::people::{self, JobWish, TalkWish, WorkerWish};
use super::refusal::MoltRefusal;
use super::state::{Conversation, Molt};
use crate::practice::shared::Shared;

/// The control calls, below `/control/molt`:
///
/// - `POST /job` `{kind?, poster_id?, title?, description?, criteria?, pictures?}`: a simulated poster posts a job; answers
///   `job_id`, `account_id`, `api_key`. With `poster_id` it is another job of a poster that has come before.
/// - `POST /worker` `{job_id?, kind?, letter?, rate?}`: a simulated worker applies; answers `application_id` and the same.
/// - `POST /talk` `{kind?, to?, job_id?, text?}`: somebody begins a conversation; answers `conversation_id` and the same.
/// - `GET /job/{id}`: the whole job: applications, every conversation about it, what its poster remembers.
/// - `GET /conversation/{id}`, `GET /account/{id}`: a conversation; an account with inbox, reviews, and how it is claimed.
/// - `POST /notify` `{event, data?, to?}`: any notification, known or not, to the account that called last or another.
/// - `POST /claim` `{agent_id?}`: the owner claims: the account that called last where none is named.
/// - `POST /version` `{version, summary?}`: a newer version of the rules appears.
/// - `POST /limits` `{limits: all|documented|off}`; `POST /screening` `{addresses}`: whether messages with an address in
///   them are refused when the recipient is an AI.
/// - `GET /state`: counts, version, limits.
pub(in crate::practice) fn router() -> Router<Arc<Shared>> {
    Router::new()
        .route("/job", post(post_job))
        .route("/job/{job_id}", get(see_job))
        .route("/worker", post(send_worker))
        .route("/talk", post(start_talk))
        .route("/conversation/{conversation_id}", get(see_conversation))
        .route("/account/{account_id}", get(see_account))
        .route("/notify", post(notify))
        .route("/claim", post(claim))
        .route("/version", post(raise_version))
        .route("/limits", post(set_limits))
        .route("/screening", post(set_screening))
        .route("/state", get(state))
}

type Answer = Result<Json<Value>, MoltRefusal>;
type Made = Result<(StatusCode, Json<Value>), MoltRefusal>;

async fn post_job(State(shared): State<Arc<Shared>>, Json(wish): Json<JobWish>) -> Made {
    let came = people::post(&mut shared.turn(), wish)?;
    let answer = json!({"job_id": came.id, "account_id": came.account_id, "api_key": came.api_key});
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn send_worker(State(shared): State<Arc<Shared>>, Json(wish): Json<WorkerWish>) -> Made {
    let came = people::apply(&mut shared.turn(), wish)?;
    let answer = json!({"application_id": came.id, "account_id": came.account_id, "api_key": came.api_key});
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn start_talk(State(shared): State<Arc<Shared>>, Json(wish): Json<TalkWish>) -> Made {
    let came = people::talk(&mut shared.turn(), wish)?;
    let answer = json!({"conversation_id": came.id, "account_id": came.account_id, "api_key": came.api_key});
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn see_job(State(shared): State<Arc<Shared>>, Path(job_id): Path<String>) -> Answer {
    let world = shared.world();
    let molt = &world.molt;
    let job = molt.lookup_job(&job_id).ok_or(MoltRefusal::NotFound("Job"))?;
    let about =
        molt.conversations.iter().filter(|conversation| conversation.job_id.as_ref() == Some(&job_id));
    let conversations: Vec<Value> = about.map(|conversation| seen(molt, conversation)).collect();
    let applications: Vec<_> = molt.applications_for(&job_id).collect();
    let reviews: Vec<_> =
        molt.reviews.iter().filter(|review| review.job_id.as_ref() == Some(&job_id)).collect();
    Ok(Json(json!({"job": job, "status": job.status.word(), "applications": applications,
        "conversations": conversations, "reviews": reviews})))
}

/// A conversation with the name of who said what.
fn seen(molt: &Molt, conversation: &Conversation) -> Value {
    let messages: Vec<Value> = conversation
        .messages
        .iter()
        .map(|message| {
            json!({"id": message.id, "sender_id": message.sender_id, "sender_name": molt.name_of(&message.sender_id),
                "content": message.content, "image_url": message.image_url, "created_at": message.created_at})
        })
        .collect();
    json!({"id": conversation.id, "job_id": conversation.job_id, "participants": conversation.participants,
        "messages": messages, "script": conversation.script})
}

async fn see_conversation(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Answer {
    let world = shared.world();
    let conversation = world.molt.lookup_conversation(&id).ok_or(MoltRefusal::NotFound("Conversation"))?;
    Ok(Json(seen(&world.molt, conversation)))
}

async fn see_account(State(shared): State<Arc<Shared>>, Path(id): Path<String>) -> Answer {
    let world = shared.world();
    let molt = &world.molt;
    let account = molt.accounts.get(&id).ok_or(MoltRefusal::NotFound("Agent"))?;
    let notifications: Vec<Value> = molt.inboxes.get(&id).into_iter().flatten().map(inbox::view).collect();
    let reviews: Vec<_> = molt.reviews.iter().filter(|review| review.reviewee_id == id).collect();
    Ok(Json(json!({"account": account, "claim_url": accounts::claim_url(&shared, account),
        "notifications": notifications, "reviews": reviews})))
}

#[derive(Debug, Deserialize)]
struct NotifyWish {
    event: String,
    #[serde(default)]
    data: Value,
    to: Option<String>,
}

async fn notify(State(shared): State<Arc<Shared>>, Json(wish): Json<NotifyWish>) -> Answer {
    let mut turn = shared.turn();
    let last = turn.molt.stall_account().map(|account| account.id.clone());
    let to = wish.to.or(last).ok_or(MoltRefusal::NotFound("Agent"))?;
    inbox::tell(&mut turn, &to, &wish.event, wish.data);
    Ok(Json(json!({"agent_id": to})))
}

#[derive(Debug, Deserialize)]
struct ClaimWish {
    agent_id: Option<String>,
}

async fn claim(State(shared): State<Arc<Shared>>, Json(wish): Json<ClaimWish>) -> Answer {
    let mut turn = shared.turn();
    let last = turn.molt.stall_account().map(|account| account.id.clone());
    let agent_id = wish.agent_id.or(last).ok_or(MoltRefusal::NotFound("Agent"))?;
    accounts::claim(&mut turn, &agent_id)?;
    Ok(Json(json!({"agent_id": agent_id})))
}

#[derive(Debug, Deserialize)]
struct VersionWish {
    version: String,
    summary: Option<String>,
}

async fn raise_version(State(shared): State<Arc<Shared>>, Json(wish): Json<VersionWish>) -> Answer {
    if document::parts(&wish.version).is_none() {
        return Err(MoltRefusal::bad("A version looks like 2.3.0"));
    }
    let mut turn = shared.turn();
    let date = turn.now.strftime("%Y-%m-%d").to_string();
    let summary = wish.summary.unwrap_or_else(|| "Something changed.".into());
    turn.molt.document.raise(&wish.version, &date, &summary);
    Ok(Json(json!({"current_version": wish.version})))
}

#[derive(Debug, Deserialize)]
struct LimitsWish {
    limits: Strictness,
}

async fn set_limits(State(shared): State<Arc<Shared>>, Json(wish): Json<LimitsWish>) -> Json<Value> {
    shared.turn().molt.strictness = wish.limits;
    Json(json!({"limits": wish.limits}))
}

#[derive(Debug, Deserialize)]
struct ScreeningWish {
    addresses: bool,
}

async fn set_screening(State(shared): State<Arc<Shared>>, Json(wish): Json<ScreeningWish>) -> Json<Value> {
    shared.turn().molt.refuses_addresses = wish.addresses;
    Json(json!({"addresses": wish.addresses}))
}

async fn state(State(shared): State<Arc<Shared>>) -> Json<Value> {
    let world = shared.world();
    let molt = &world.molt;
    Json(json!({"time": shared.clock.now(), "accounts": molt.accounts.len(), "jobs": molt.jobs.len(),
        "applications": molt.applications.len(), "conversations": molt.conversations.len(),
        "notifications": molt.notifications_made, "reviews": molt.reviews.len(), "reports": molt.reports,
        "letters": molt.letters, "version": molt.document.version, "limits": molt.strictness,
        "addresses_refused": molt.refuses_addresses, "visits": molt.visits_made}))
}
