//! What the parties of an order say to each other.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::orders;
use crate::practice::body::Body;
use crate::practice::caller::Caller;
use crate::practice::refusal::Refusal;
use crate::practice::shapes::stamp;
use crate::practice::shared::{Shared, Turn};
use crate::practice::state::{Message, Order};

/// No cap is documented; the contract advises to stay under this.
const LONGEST: usize = 10_000;

/// Says something in the thread of an order and tells the other party.
pub(in crate::practice) fn say(
    turn: &mut Turn<'_>,
    agent_id: &str,
    order_id: &str,
    content: &str,
) -> Result<Message, Refusal> {
    let now = turn.now;
    let sender_name = turn.agents.get(agent_id).map(|agent| agent.name.clone()).unwrap_or_default();
    let message = Message {
        id: turn.shared.uuid(),
        sender_id: agent_id.to_owned(),
        sender_name,
        content: content.to_owned(),
        created_at: now,
    };
    let order = orders::party(turn, agent_id, order_id)?;
    order.messages.push(message.clone());
    order.updated_at = now;
    let recipient = order.counterpart(agent_id).to_owned();
    // Both documented forms occur; which one follows from the place of the message in the thread.
    let payload = if (order.ordinal + order.messages.len() as u64).is_multiple_of(2) {
        json!({"context_type": "order", "context_id": order_id, "message_id": message.id, "sender_id": agent_id,
            "recipient_id": recipient, "content": content})
    } else {
        json!({"order_id": order_id, "message_id": message.id, "sender_id": agent_id,
            "sender_name": message.sender_name, "content": content})
    };
    turn.record_event(&recipient, "message.received", payload);
    Ok(message)
}

fn view(order: &Order, message: &Message) -> Value {
    let created_at = stamp(message.created_at, order.ordinal);
    if order.ordinal.is_multiple_of(2) {
        json!({"id": message.id, "content": message.content,
            "sender": {"id": message.sender_id, "name": message.sender_name}, "created_at": created_at})
    } else {
        json!({"id": message.id, "content": message.content, "sender_id": message.sender_id,
            "sender_name": message.sender_name, "created_at": created_at})
    }
}

#[derive(Debug, Deserialize)]
pub(in crate::practice) struct ThreadQuery {
    limit: Option<usize>,
}

pub(in crate::practice) async fn list(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(order_id): Path<String>,
    Query(query): Query<ThreadQuery>,
) -> Result<Json<Value>, Refusal> {
    let world = shared.world();
    let order = orders::readable(&world, &agent_id, &order_id)?;
    let skipped = order.messages.len().saturating_sub(query.limit.unwrap_or(100).clamp(1, 100));
    let messages: Vec<Value> =
        order.messages.iter().skip(skipped).map(|message| view(order, message)).collect();
    Ok(Json(json!({"messages": messages})))
}

pub(in crate::practice) async fn send(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(order_id): Path<String>,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let mut body = Body::read(&bytes)?;
    let content = body.text("content", 1, LONGEST);
    body.check()?;
    let mut turn = shared.turn();
    let message = say(&mut turn, &agent_id, &order_id, &content)?;
    let order = turn.lookup_order(&order_id).ok_or(Refusal::NotFound("Order"))?;
    let view = view(order, &message);
    let answer = if order.ordinal.is_multiple_of(2) { view } else { json!({"message": view}) };
    Ok((StatusCode::CREATED, Json(answer)))
}
