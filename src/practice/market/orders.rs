//! The life of an order (contract, BEHAVIOUR 1.2): who may do what to it when, and which events follow.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use bytes::Bytes;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Paging, agents, attachments, escrow};
use crate::practice::body::Body;
use crate::practice::buyers::Script;
use crate::practice::caller::Caller;
use crate::practice::refusal::{Flaw, Refusal};
use crate::practice::shapes::{amount, optional_stamp, pagination, stamp};
use crate::practice::shared::{Shared, Turn};
use crate::practice::speed::after;
use crate::practice::state::{Order, OrderStatus, World};
use crate::practice::uat::Uat;

/// A seller has 30 minutes to accept.
const ACCEPT_SECONDS: f64 = 30.0 * 60.0;
const HOUR: f64 = 3600.0;
/// The confirmation window after a seller's late upload.
pub(super) const REOPENED_CONFIRM_SECONDS: f64 = 48.0 * HOUR;

/// How long a buyer has to confirm: 48 h below 100 UAT, 72 h up to 300, else 168 h.
fn confirm_seconds(price: Uat) -> f64 {
    match price.0 {
        ..10_000 => 48.0 * HOUR,
        10_000..=30_000 => 72.0 * HOUR,
        _ => 168.0 * HOUR,
    }
}

/// Buys: freezes the price and tells the seller. Returns the order's id.
pub(in crate::practice) fn purchase(
    turn: &mut Turn<'_>,
    buyer_id: &str,
    listing_id: &str,
    requirement: Value,
    script: Option<Script>,
) -> Result<String, Refusal> {
    let listing = turn.lookup_listing(listing_id).ok_or(Refusal::NotFound("Listing"))?.clone();
    if listing.seller_id == buyer_id {
        return Err(Refusal::Conflict("You cannot buy your own listing".into()));
    }
    match listing.status() {
        "active" => {}
        "inactive" => return Err(Refusal::OutOfStock),
        _ => return Err(Refusal::NotFound("Listing")),
    }
    fits_schema(&listing.input_schema, &requirement)?;
    escrow::freeze(turn, buyer_id, listing.price)?;
    if let Some(listing) = turn.lookup_listing_mut(listing_id) {
        listing.inventory = listing.inventory.map(|units| units.saturating_sub(1));
        listing.sold_count += 1;
    }
    let now = turn.now;
    let order = Order {
        id: turn.shared.uuid(),
        ordinal: turn.orders.len() as u64 + 1,
        listing_id: listing_id.to_owned(),
        title: listing.title,
        price: listing.price,
        buyer_id: buyer_id.to_owned(),
        seller_id: listing.seller_id.clone(),
        status: OrderStatus::PendingAccept,
        requirement: requirement.clone(),
        confirmed_input: None,
        delivery_note: None,
        delivery_attestation: None,
        cancel_reason: None,
        accept_deadline: after(now, ACCEPT_SECONDS),
        confirm_deadline: None,
        payout: None,
        accepted_at: None,
        completed_at: None,
        confirmed_at: None,
        auto_confirmed: false,
        created_at: now,
        updated_at: now,
        messages: Vec::new(),
        files: Vec::new(),
        dispute: None,
        script,
    };
    let mut payload = json!({
        "order_id": order.id, "seller_agent_id": order.seller_id, "buyer_agent_id": buyer_id,
        "price": amount(order.price, order.ordinal), "requirement": requirement,
    });
    // The documented example lacks the listing's id, the guide relies on it: some orders have it, some do not.
    if order.ordinal % 4 != 3
        && let Some(fields) = payload.as_object_mut()
    {
        fields.insert("service_sku_id".into(), json!(listing_id));
    }
    let id = order.id.clone();
    turn.insert_order(order);
    turn.record_event(&listing.seller_id, "order.received", payload);
    Ok(id)
}

/// pending_accept -> in_progress.
fn accept(turn: &mut Turn<'_>, agent_id: &str, order_id: &str, confirmed_input: Option<Value>) -> Result<(), Refusal> {
    let now = turn.now;
    let order = as_seller(turn, agent_id, order_id)?;
    in_status(order, &[OrderStatus::PendingAccept])?;
    order.status = OrderStatus::InProgress;
    order.accepted_at = Some(now);
    order.updated_at = now;
    order.confirmed_input = confirmed_input;
    tell_buyer(turn, order_id, "order.accepted", &[]);
    Ok(())
}

/// pending_accept -> cancelled by the seller.
fn reject(turn: &mut Turn<'_>, agent_id: &str, order_id: &str, reason: &str) -> Result<(), Refusal> {
    let order = as_seller(turn, agent_id, order_id)?;
    in_status(order, &[OrderStatus::PendingAccept])?;
    call_off(turn, order_id, reason);
    tell_buyer(turn, order_id, "order.rejected", &[("cancel_reason", json!(reason))]);
    Ok(())
}

/// in_progress -> pending_confirmation.
fn complete(
    turn: &mut Turn<'_>,
    agent_id: &str,
    order_id: &str,
    note: String,
    attestation: Option<Value>,
) -> Result<(), Refusal> {
    let now = turn.now;
    let order = as_seller(turn, agent_id, order_id)?;
    in_status(order, &[OrderStatus::InProgress])?;
    order.status = OrderStatus::PendingConfirmation;
    order.completed_at = Some(now);
    order.updated_at = now;
    order.confirm_deadline = Some(after(now, confirm_seconds(order.price)));
    order.delivery_note = Some(note.clone());
    order.delivery_attestation = attestation;
    if let Some(seller) = turn.agents.get_mut(agent_id) {
        seller.sales_completed += 1;
    }
    tell_buyer(turn, order_id, "order.completed", &[("delivery_note", json!(note))]);
    Ok(())
}

/// pending_confirmation -> completed, by the buyer.
pub(in crate::practice) fn confirm(turn: &mut Turn<'_>, agent_id: &str, order_id: &str) -> Result<(), Refusal> {
    let order = party(turn, agent_id, order_id)?;
    if order.buyer_id != agent_id {
        return Err(Refusal::Forbidden("Only the buyer may confirm an order".into()));
    }
    in_status(order, &[OrderStatus::PendingConfirmation])?;
    finish(turn, order_id, 0.0, false);
    Ok(())
}

/// pending_confirmation -> completed, because the window ended.
pub(in crate::practice) fn confirm_by_time(turn: &mut Turn<'_>, order_id: &str) {
    finish(turn, order_id, 0.0, true);
}

/// pending_accept -> cancelled, because nobody accepted in time.
pub(in crate::practice) fn cancel_by_time(turn: &mut Turn<'_>, order_id: &str) {
    let Some(order) = turn.lookup_order(order_id) else { return };
    let seller_id = order.seller_id.clone();
    if let Some(seller) = turn.agents.get_mut(&seller_id) {
        seller.accept_timeouts += 1;
    }
    let reason = "accept_timeout";
    call_off(turn, order_id, reason);
    tell_both(turn, order_id, "order.cancelled", &[("cancel_reason", json!(reason))]);
}

/// pending_accept or in_progress -> cancelled, by either party.
pub(in crate::practice) fn cancel(
    turn: &mut Turn<'_>,
    agent_id: &str,
    order_id: &str,
    reason: &str,
) -> Result<(), Refusal> {
    let order = party(turn, agent_id, order_id)?;
    in_status(order, &[OrderStatus::PendingAccept, OrderStatus::InProgress])?;
    call_off(turn, order_id, reason);
    tell_both(turn, order_id, "order.cancelled", &[("cancel_reason", json!(reason))]);
    Ok(())
}

/// Pays out all but the refund and closes the order.
pub(super) fn finish(turn: &mut Turn<'_>, order_id: &str, refund_percent: f64, auto_confirmed: bool) {
    let now = turn.now;
    let Some(order) = turn.lookup_order(order_id).cloned() else { return };
    let payout = escrow::settle(turn, &order, refund_percent);
    if let Some(order) = turn.lookup_order_mut(order_id) {
        order.status = OrderStatus::Completed;
        order.confirmed_at = Some(now);
        order.updated_at = now;
        order.auto_confirmed = auto_confirmed;
        order.payout = Some(payout);
    }
    turn.close_order(order_id);
    let payload = json!({
        "order_id": order.id, "seller_agent_id": order.seller_id, "buyer_agent_id": order.buyer_id,
        "price": amount(order.price, order.ordinal), "payout_amount": amount(payout, order.ordinal + 1),
    });
    turn.record_event(&order.seller_id, "order.confirmed", payload);
}

/// Gives everything back and closes the order, without telling anyone.
pub(super) fn call_off(turn: &mut Turn<'_>, order_id: &str, reason: &str) {
    let now = turn.now;
    let Some(order) = turn.lookup_order(order_id).cloned() else { return };
    escrow::settle(turn, &order, 100.0);
    if let Some(order) = turn.lookup_order_mut(order_id) {
        order.status = OrderStatus::Cancelled;
        order.cancel_reason = Some(reason.to_owned());
        order.updated_at = now;
    }
    if let Some(listing) = turn.lookup_listing_mut(&order.listing_id) {
        listing.inventory = listing.inventory.map(|units| units + 1);
        listing.sold_count = listing.sold_count.saturating_sub(1);
    }
    turn.close_order(order_id);
}

fn tell_buyer(turn: &mut Turn<'_>, order_id: &str, event_type: &str, more: &[(&str, Value)]) {
    let Some(order) = turn.lookup_order(order_id) else { return };
    let (recipient, payload) = (order.buyer_id.clone(), settled_payload(order, more));
    turn.record_event(&recipient, event_type, payload);
}

/// Stores the same event for seller and buyer.
pub(super) fn tell_both(turn: &mut Turn<'_>, order_id: &str, event_type: &str, more: &[(&str, Value)]) {
    let Some(order) = turn.lookup_order(order_id) else { return };
    let (seller, buyer) = (order.seller_id.clone(), order.buyer_id.clone());
    let payload = settled_payload(order, more);
    turn.record_event(&seller, event_type, payload.clone());
    turn.record_event(&buyer, event_type, payload);
}

fn settled_payload(order: &Order, more: &[(&str, Value)]) -> Value {
    let mut payload = Map::new();
    payload.insert("order_id".into(), json!(order.id));
    payload.insert("seller_agent_id".into(), json!(order.seller_id));
    payload.insert("buyer_agent_id".into(), json!(order.buyer_id));
    payload.insert("price".into(), amount(order.price, order.ordinal));
    payload.extend(more.iter().map(|(key, value)| ((*key).to_owned(), value.clone())));
    Value::Object(payload)
}

/// The order, if `agent_id` is one of its parties.
pub(super) fn party<'t>(turn: &'t mut Turn<'_>, agent_id: &str, order_id: &str) -> Result<&'t mut Order, Refusal> {
    let order = turn.lookup_order_mut(order_id).ok_or(Refusal::NotFound("Order"))?;
    if order.seller_id != agent_id && order.buyer_id != agent_id {
        return Err(Refusal::Forbidden("You are not a party to this order".into()));
    }
    Ok(order)
}

/// The order for reading, if `agent_id` is one of its parties.
pub(super) fn readable<'w>(world: &'w World, agent_id: &str, order_id: &str) -> Result<&'w Order, Refusal> {
    let order = world.lookup_order(order_id).ok_or(Refusal::NotFound("Order"))?;
    if order.seller_id != agent_id && order.buyer_id != agent_id {
        return Err(Refusal::Forbidden("You are not a party to this order".into()));
    }
    Ok(order)
}

fn as_seller<'t>(turn: &'t mut Turn<'_>, agent_id: &str, order_id: &str) -> Result<&'t mut Order, Refusal> {
    let order = party(turn, agent_id, order_id)?;
    if order.seller_id == agent_id {
        Ok(order)
    } else {
        Err(Refusal::Forbidden("Only the seller may do that".into()))
    }
}

pub(super) fn in_status(order: &Order, wanted: &[OrderStatus]) -> Result<(), Refusal> {
    if wanted.contains(&order.status) {
        return Ok(());
    }
    let words: Vec<&str> = wanted.iter().map(|status| status.word()).collect();
    Err(Refusal::Conflict(format!("Order is {}, expected {}", order.status.word(), words.join(" or "))))
}

/// Checks a requirement against the required fields and plain types of a listing's input schema.
fn fits_schema(schema: &Value, requirement: &Value) -> Result<(), Refusal> {
    if schema.is_null() || requirement.is_null() {
        return Ok(());
    }
    let mut flaws = Vec::new();
    let mut flaw = |field: &str, kind, message: String| {
        flaws.push(Flaw { field: format!("requirement.{field}"), message, kind });
    };
    for field in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        if requirement.get(field).is_none_or(Value::is_null) {
            flaw(field, "missing", "Field required".into());
        }
    }
    for (field, rule) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        let Some(value) = requirement.get(field) else { continue };
        let fits = match rule.get("type").and_then(Value::as_str) {
            Some("string") => value.is_string(),
            Some("integer") => value.is_i64() || value.is_u64(),
            Some("number") => value.is_number(),
            Some("boolean") => value.is_boolean(),
            Some("array") => value.is_array(),
            Some("object") => value.is_object(),
            _ => true,
        };
        if !fits {
            flaw(field, "type_error", format!("Input should be of type {}", rule.get("type").unwrap_or(&Value::Null)));
        }
    }
    if flaws.is_empty() { Ok(()) } else { Err(Refusal::Invalid(flaws)) }
}

/// An order as the marketplace shows it: one of three families of keys and forms, by its ordinal.
pub(in crate::practice) fn view(shared: &Shared, world: &World, order: &Order) -> Value {
    let n = order.ordinal;
    let mut fields = Map::new();
    let mut put = |key: &str, value: Value| {
        fields.insert(key.to_owned(), value);
    };
    put("id", json!(order.id));
    match n % 3 {
        1 => {
            put("service_sku_id", json!(order.listing_id));
            put("service_name_snapshot", json!(order.title));
            put("price_snapshot", amount(order.price, n));
            put("buyer_agent_id", json!(order.buyer_id));
            put("seller_agent_id", json!(order.seller_id));
            put("accept_deadline", stamp(order.accept_deadline, n));
        }
        2 => {
            put("order_id", json!(order.id));
            put("listing_id", json!(order.listing_id));
            put("listing_title", json!(order.title));
            put("price", amount(order.price, n));
            put("buyer_id", json!(order.buyer_id));
            put("seller_id", json!(order.seller_id));
            put("accept_deadline_at", stamp(order.accept_deadline, n));
        }
        _ => {
            put("sku_id", json!(order.listing_id));
            put("sku_title", json!(order.title));
            put("total_price", amount(order.price, n));
            put("buyer_agent_id", json!(order.buyer_id));
            put("seller_agent_id", json!(order.seller_id));
            put("accept_deadline", stamp(order.accept_deadline, n));
        }
    }
    let now = shared.clock.now();
    for (key, id) in [("buyer", &order.buyer_id), ("seller", &order.seller_id)] {
        if let Some(agent) = world.agents.get(id) {
            put(key, agents::public_view(shared, agent, now));
        }
    }
    put("status", json!(order.status.word()));
    put("requirement", order.requirement.clone());
    put("confirmed_input", order.confirmed_input.clone().unwrap_or(Value::Null));
    put("escrow_amount", amount(if order.status.is_settled() { Uat::default() } else { order.price }, n + 1));
    put("platform_fee", amount(escrow::fee(order.price), n + 1));
    put("payout_amount", amount(order.payout.unwrap_or(order.price - escrow::fee(order.price)), n + 1));
    put("delivery_note", json!(order.delivery_note));
    put("delivery_attestation", order.delivery_attestation.clone().unwrap_or(Value::Null));
    put("delivery_validation", if order.completed_at.is_some() { validation(order) } else { Value::Null });
    put("cancel_reason", json!(order.cancel_reason));
    put("confirm_deadline", optional_stamp(order.confirm_deadline, n));
    put("accepted_at", optional_stamp(order.accepted_at, n));
    put("completed_at", optional_stamp(order.completed_at, n));
    put("confirmed_at", optional_stamp(order.confirmed_at, n));
    put("auto_confirmed", json!(order.auto_confirmed));
    put("created_at", stamp(order.created_at, n));
    put("updated_at", stamp(order.updated_at, n));
    Value::Object(fields)
}

/// The structural score of a delivery: a note, and at least one file.
fn validation(order: &Order) -> Value {
    let files = order.files.iter().filter(|file| file.uploader_id == order.seller_id).count();
    let note = order.delivery_note.as_deref().unwrap_or_default().chars().count();
    let (has_files, has_note) = (if files > 0 { 1.0 } else { 0.0 }, if note >= 10 { 1.0 } else { 0.5 });
    let score: f64 = 0.6 * has_files + 0.4 * has_note;
    json!({
        "method": "structural", "schema_valid": true, "schema_errors": [],
        "rule_scores": {"files": has_files, "note": has_note}, "llm_assessment": null, "overall_score": score,
        "verdict": if score >= 0.8 { "valid" } else { "incomplete" }, "can_auto_confirm": score >= 0.8,
    })
}

/// An action's answer: the bare order.
fn answer(shared: &Shared, turn: &Turn<'_>, order_id: &str) -> Result<Json<Value>, Refusal> {
    turn.lookup_order(order_id).map(|order| Json(view(shared, turn, order))).ok_or(Refusal::NotFound("Order"))
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
            let made = purchase(&mut turn, agent_id, listing_id, requirement, None)?;
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
        .filter(|order| role_of(order).is_some_and(|role| query.role.as_deref().is_none_or(|wanted| wanted == role)))
        .collect();
    let paging = Paging { page: query.page, limit: query.limit };
    let (rows, total) = paging.cut(found);
    let orders: Vec<Value> = rows
        .into_iter()
        .map(|order| {
            let mut row = view(&shared, &world, order);
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
    let order = readable(&world, &agent_id, &order_id)?;
    Ok(Json(json!({"order": view(&shared, &world, order)})))
}

pub(in crate::practice) async fn accept_order(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(order_id): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Refusal> {
    let body = Body::read(&bytes)?;
    let mut turn = shared.turn();
    accept(&mut turn, &agent_id, &order_id, body.value("confirmed_input").cloned())?;
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
    reject(&mut turn, &agent_id, &order_id, &reason)?;
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
    cancel(&mut turn, &agent_id, &order_id, &reason)?;
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
    complete(&mut turn, &agent_id, &order_id, note, attestation)?;
    answer(&shared, &turn, &order_id)
}

pub(in crate::practice) async fn confirm_order(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(order_id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let mut turn = shared.turn();
    confirm(&mut turn, &agent_id, &order_id)?;
    answer(&shared, &turn, &order_id)
}

pub(in crate::practice) async fn validate_delivery(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(order_id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let world = shared.world();
    let order = readable(&world, &agent_id, &order_id)?;
    if order.completed_at.is_none() {
        return Err(Refusal::Conflict("Nothing was delivered yet".into()));
    }
    Ok(Json(validation(order)))
}

/// What a buyer sees of an order: its thread and its files.
pub(in crate::practice) fn buyers_view(shared: &Shared, world: &World, order: &Order) -> Value {
    json!({
        "order": view(shared, world, order),
        "status": order.status.word(),
        "messages": order.messages.iter().map(|message| json!({
            "id": message.id, "from": if message.sender_id == order.seller_id { "seller" } else { "buyer" },
            "content": message.content, "created_at": stamp(message.created_at, 1),
        })).collect::<Vec<_>>(),
        "attachments": order.files.iter().map(|file| attachments::plain_view(order, file)).collect::<Vec<_>>(),
        "dispute": order.dispute,
        "buyer_kind": order.script.as_ref().map(|script| script.kind),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_dearer_orders_more_time_to_be_confirmed() {
        assert!((confirm_seconds(Uat::whole(99)) - 48.0 * HOUR).abs() < 1.0);
        assert!((confirm_seconds(Uat::whole(100)) - 72.0 * HOUR).abs() < 1.0);
        assert!((confirm_seconds(Uat::whole(300)) - 72.0 * HOUR).abs() < 1.0);
        assert!((confirm_seconds(Uat::whole(301)) - 168.0 * HOUR).abs() < 1.0);
    }

    #[test]
    fn checks_a_requirement_against_the_listing() {
        let schema = json!({"required": ["topic"], "properties": {"topic": {"type": "string"}, "count": {"type": "integer"}}});
        assert!(fits_schema(&schema, &json!({"topic": "a cat", "count": 2})).is_ok());
        let Err(Refusal::Invalid(flaws)) = fits_schema(&schema, &json!({"count": "two"})) else { panic!("refused") };
        assert_eq!(flaws.len(), 2, "one for the missing topic, one for the count");
    }
}
