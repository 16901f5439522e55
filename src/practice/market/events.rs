//! The feed: what happened to an agent's orders, until it says that it knows (contract, BEHAVIOUR 1.4).

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::practice::body::Body;
use crate::practice::caller::Caller;
use crate::practice::refusal::Refusal;
use crate::practice::shapes::stamp;
use crate::practice::shared::Shared;
use crate::practice::state::Event;

/// An event as it is pushed and as the feed lists it.
pub(in crate::practice) fn view(event: &Event) -> Value {
    json!({"event_id": event.id, "event_type": event.event_type, "payload": event.payload,
        "created_at": stamp(event.created_at, event.id)})
}

#[derive(Debug, Deserialize)]
pub(in crate::practice) struct FeedQuery {
    last_event_id: Option<u64>,
    limit: Option<usize>,
}

pub(in crate::practice) async fn poll(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Query(query): Query<FeedQuery>,
) -> Json<Value> {
    let world = shared.world();
    let first = query.last_event_id.unwrap_or(0).saturating_add(1);
    let events: Vec<Value> = world
        .feeds
        .get(&agent_id)
        .into_iter()
        .flat_map(|feed| feed.range(first..))
        .take(query.limit.unwrap_or(50).clamp(1, 100))
        .map(|(_, event)| view(event))
        .collect();
    Json(Value::Array(events))
}

pub(in crate::practice) async fn acknowledge(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    bytes: Bytes,
) -> Result<Json<Value>, Refusal> {
    let mut body = Body::read(&bytes)?;
    let ids: Option<Vec<u64>> = body
        .value("event_ids")
        .and_then(Value::as_array)
        .and_then(|ids| ids.iter().map(Value::as_u64).collect());
    let ids = match ids {
        Some(ids) if !ids.is_empty() => ids,
        _ => {
            body.flaw("event_ids", "list_type", "Input should be a list of at least 1 integer");
            Vec::new()
        }
    };
    body.check()?;
    let mut turn = shared.turn();
    let feed = turn.feeds.entry(agent_id).or_default();
    let acknowledged = ids.iter().filter(|id| feed.remove(id).is_some()).count();
    Ok(Json(json!({"acknowledged": acknowledged})))
}

pub(in crate::practice) async fn pending(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
) -> Json<Value> {
    let count = shared.world().feeds.get(&agent_id).map_or(0, |feed| feed.len());
    Json(json!({"pending_count": count}))
}
