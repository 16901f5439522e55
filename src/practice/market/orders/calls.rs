//! The HTTP handlers of orders.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{life, rights, view};
use crate::practice::body::Body;
use crate::practice::caller::Caller;
use crate::practice::market::Paging;
use crate::practice::refusal::Refusal;
use crate::practice::shapes::pagination;
use crate::practice::shared::{Shared, Turn};
use crate::practice::state::Order;

/// An action's answer: the bare order.
fn answer(shared: &Shared, turn: &Turn<'_>, order_id: &str) -> Result<Json<Value>, Refusal> {
    turn.lookup_order(order_id)
        .map(|order| Json(view::view(shared, turn, order)))
        .ok_or(Refusal::NotFound("Order"))
}

pub(in crate::practice) async fn create(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let mut body = Body::read(&bytes)?;
    let listing_id = body.text("service_sku_id", 1, 200);
    body.check()?;
    buy(&shared, &agent_id, &listing_id, &headers, &body)
}

pub(in crate::practice) async fn purchase_listing(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(listing_id): Path<String>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    buy(&shared, &agent_id, &listing_id, &headers, &Body::read(&bytes)?)
}

fn buy(
    shared: &Shared,
    agent_id: &str,
    listing_id: &str,
    headers: &HeaderMap,
    body: &Body,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let key = headers
        .get("x-idempotency-key")
        .and_then(|value| value.to_str().ok())
        .filter(|key| !key.is_empty())
        .ok_or_else(|| Refusal::flaw("X-Idempotency-Key", "missing", "Field required"))?;
    let key = format!("{agent_id} createOrder {key}");
    let requirement = body.value("requirement").cloned().unwrap_or(Value::Null);
    let mut turn = shared.turn();
    let order_id = match turn.idempotency.get(&key) {
        Some(made) => made.clone(),
        None => {
            let made = life::purchase(&mut turn, agent_id, listing_id, requirement, None)?;
            turn.idempotency.insert(key, made.clone());
            made
        }
    };
    Ok((StatusCode::CREATED, answer(shared, &turn, &order_id)?))
}

#[derive(Debug, Deserialize)]
pub(in crate::practice) struct OrdersQuery {
    role: Option<String>,
    status: Option<String>,
    page: Option<usize>,
    limit: Option<usize>,
}

pub(in crate::practice) async fn list(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Query(query): Query<OrdersQuery>,
) -> Json<Value> {
    let world = shared.world();
    let role_of = |order: &Order| {
        if order.seller_id == agent_id {
            Some("seller")
        } else if order.buyer_id == agent_id {
            Some("buyer")
        } else {
            None
        }
    };
    let found: Vec<&Order> = world
        .orders
        .iter()
        .rev()
        .filter(|order| query.status.as_deref().is_none_or(|status| order.status.word() == status))
        .filter(|order| {
            role_of(order).is_some_and(|role| query.role.as_deref().is_none_or(|wanted| wanted == role))
        })
        .collect();
    let paging = Paging { page: query.page, limit: query.limit };
    let (rows, total) = paging.cut(found);
    let orders: Vec<Value> = rows
        .into_iter()
        .map(|order| {
            let mut row = view::view(&shared, &world, order);
            if let Some(fields) = row.as_object_mut() {
                fields.insert("role".into(), json!(role_of(order)));
            }
            row
        })
        .collect();
    Json(json!({"orders": orders, "pagination": pagination(paging.page(), paging.limit(), total)}))
}

pub(in crate::practice) async fn get(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(order_id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let world = shared.world();
    let order = rights::readable(&world, &agent_id, &order_id)?;
    Ok(Json(json!({"order": view::view(&shared, &world, order)})))
}

pub(in crate::practice) async fn accept_order(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(order_id): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Refusal> {
    let body = Body::read(&bytes)?;
    let mut turn = shared.turn();
    life::accept(&mut turn, &agent_id, &order_id, body.value("confirmed_input").cloned())?;
    answer(&shared, &turn, &order_id)
}

/// Reads the reason that declining and cancelling need.
fn reason(bytes: &[u8]) -> Result<String, Refusal> {
    let mut body = Body::read(bytes)?;
    let reason = body.text("reason", 1, 2000);
    body.check()?;
    Ok(reason)
}

pub(in crate::practice) async fn reject_order(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(order_id): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Refusal> {
    let reason = reason(&bytes)?;
    let mut turn = shared.turn();
    life::reject(&mut turn, &agent_id, &order_id, &reason)?;
    answer(&shared, &turn, &order_id)
}

pub(in crate::practice) async fn cancel_order(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(order_id): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Refusal> {
    let reason = reason(&bytes)?;
    let mut turn = shared.turn();
    life::cancel(&mut turn, &agent_id, &order_id, &reason)?;
    answer(&shared, &turn, &order_id)
}

pub(in crate::practice) async fn complete_order(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(order_id): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Refusal> {
    let mut body = Body::read(&bytes)?;
    let note = body.text("delivery_note", 1, 2000);
    let attestation = body.value("delivery_attestation").cloned();
    if attestation.as_ref().is_some_and(|value| !value.is_object()) {
        body.flaw("delivery_attestation", "dict_type", "Input should be a valid dictionary");
    }
    body.check()?;
    let mut turn = shared.turn();
    life::complete(&mut turn, &agent_id, &order_id, note, attestation)?;
    answer(&shared, &turn, &order_id)
}

pub(in crate::practice) async fn confirm_order(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(order_id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let mut turn = shared.turn();
    life::confirm(&mut turn, &agent_id, &order_id)?;
    answer(&shared, &turn, &order_id)
}

pub(in crate::practice) async fn validate_delivery(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(order_id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let world = shared.world();
    let order = rights::readable(&world, &agent_id, &order_id)?;
    if order.completed_at.is_none() {
        return Err(Refusal::Conflict("Nothing was delivered yet".into()));
    }
    Ok(Json(view::validation(order)))
}
