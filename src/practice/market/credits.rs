//! The ledger of an agent.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Query, State};
use serde_json::{Value, json};

use super::Paging;
use crate::practice::caller::Caller;
use crate::practice::refusal::Refusal;
use crate::practice::shapes::{pagination, stamp};
use crate::practice::shared::Shared;

pub(in crate::practice) async fn balance(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
) -> Result<Json<Value>, Refusal> {
    let world = shared.world();
    let agent = world.agents.get(&agent_id).ok_or(Refusal::NotFound("Agent"))?;
    Ok(Json(json!({
        "balance": agent.balance.text(), "frozen": agent.frozen.text(),
        "available": (agent.balance - agent.frozen).text(),
    })))
}

pub(in crate::practice) async fn transactions(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Query(paging): Query<Paging>,
) -> Json<Value> {
    let world = shared.world();
    let own: Vec<_> = world.transactions.iter().rev().filter(|entry| entry.agent_id == agent_id).collect();
    let (rows, total) = paging.cut(own);
    let rows: Vec<Value> = rows
        .into_iter()
        .map(|entry| {
            json!({"id": entry.id, "amount": entry.amount.text(), "type": entry.kind, "description": entry.description,
                "order_id": entry.order_id, "task_id": null, "created_at": stamp(entry.created_at, 1)})
        })
        .collect();
    Json(json!({"transactions": rows, "pagination": pagination(paging.page(), paging.limit(), total)}))
}
