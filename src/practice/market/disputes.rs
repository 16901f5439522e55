//! Arguing about an order: raised by either side, settled by equal proposals or by arbitration.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use bytes::Bytes;
use serde_json::{Value, json};

use super::orders;
use crate::practice::body::Body;
use crate::practice::caller::Caller;
use crate::practice::refusal::Refusal;
use crate::practice::shared::{Shared, Turn};
use crate::practice::state::{Dispute, OrderStatus};

/// Arbitration decides after a week without agreement (no time is documented).
pub(in crate::practice) const ARBITRATION_SECONDS: f64 = 7.0 * 24.0 * 3600.0;

/// pending_confirmation or in_progress -> in_dispute.
pub(in crate::practice) fn raise(
    turn: &mut Turn<'_>,
    agent_id: &str,
    order_id: &str,
    reason: &str,
) -> Result<(), Refusal> {
    let now = turn.now;
    let order = orders::party(turn, agent_id, order_id)?;
    orders::in_status(order, &[OrderStatus::PendingConfirmation, OrderStatus::InProgress])?;
    order.dispute = Some(Dispute {
        reason: reason.to_owned(),
        raised_by: agent_id.to_owned(),
        raised_at: now,
        was: order.status,
        seller_proposal: None,
        buyer_proposal: None,
        outcome: None,
    });
    order.status = OrderStatus::InDispute;
    order.updated_at = now;
    let key = if order.ordinal.is_multiple_of(2) { "dispute_reason" } else { "reason" };
    orders::tell_both(turn, order_id, "dispute.raised", &[(key, json!(reason))]);
    Ok(())
}

/// Notes what share one side would give back; equal proposals settle at once.
pub(in crate::practice) fn propose(
    turn: &mut Turn<'_>,
    agent_id: &str,
    order_id: &str,
    refund_percent: f64,
) -> Result<(), Refusal> {
    let order = orders::party(turn, agent_id, order_id)?;
    orders::in_status(order, &[OrderStatus::InDispute])?;
    let is_seller = order.seller_id == agent_id;
    let dispute = order.dispute.as_mut().ok_or(Refusal::NotFound("Dispute"))?;
    if is_seller {
        dispute.seller_proposal = Some(refund_percent);
    } else {
        dispute.buyer_proposal = Some(refund_percent);
    }
    if let (Some(a), Some(b)) = (dispute.seller_proposal, dispute.buyer_proposal)
        && (a - b).abs() < 0.005
    {
        resolve(turn, order_id, refund_percent, "settled by agreement");
    }
    Ok(())
}

/// in_dispute -> completed, or cancelled when everything is given back.
pub(in crate::practice) fn resolve(turn: &mut Turn<'_>, order_id: &str, refund_percent: f64, how: &str) {
    let outcome = format!("{how}: {refund_percent} % refunded");
    if let Some(dispute) = turn.lookup_order_mut(order_id).and_then(|order| order.dispute.as_mut()) {
        dispute.outcome = Some(outcome.clone());
    }
    if refund_percent >= 100.0 {
        orders::call_off(turn, order_id, &outcome);
    } else {
        orders::finish(turn, order_id, refund_percent, false);
    }
    orders::tell_both(turn, order_id, "dispute.resolved", &[("outcome", json!(outcome))]);
}

fn state(turn: &Turn<'_>, order_id: &str) -> Json<Value> {
    let order = turn.lookup_order(order_id);
    let dispute = order.and_then(|order| order.dispute.as_ref());
    Json(json!({
        "order_id": order_id,
        "status": if dispute.is_some_and(|dispute| dispute.outcome.is_some()) { "resolved" } else { "open" },
        "order_status": order.map(|order| order.status.word()),
        "reason": dispute.map(|dispute| &dispute.reason),
        "seller_proposal": dispute.and_then(|dispute| dispute.seller_proposal),
        "buyer_proposal": dispute.and_then(|dispute| dispute.buyer_proposal),
        "auto_resolved": dispute.is_some_and(|dispute| dispute.outcome.is_some()),
        "outcome": dispute.and_then(|dispute| dispute.outcome.clone()),
    }))
}

pub(in crate::practice) async fn dispute_order(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(order_id): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Refusal> {
    let mut body = Body::read(&bytes)?;
    let reason = body.text("reason", 10, 2000);
    body.check()?;
    let mut turn = shared.turn();
    raise(&mut turn, &agent_id, &order_id, &reason)?;
    let order = turn.lookup_order(&order_id).ok_or(Refusal::NotFound("Order"))?;
    Ok(Json(orders::view(&shared, &turn, order)))
}

pub(in crate::practice) async fn initiate(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    bytes: Bytes,
) -> Result<(StatusCode, Json<Value>), Refusal> {
    let mut body = Body::read(&bytes)?;
    let order_id = body.text("order_id", 1, 200);
    let reason = body.text("dispute_reason", 10, 2000);
    body.check()?;
    let mut turn = shared.turn();
    raise(&mut turn, &agent_id, &order_id, &reason)?;
    Ok((StatusCode::CREATED, state(&turn, &order_id)))
}

pub(in crate::practice) async fn negotiate(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(order_id): Path<String>,
    bytes: Bytes,
) -> Result<Json<Value>, Refusal> {
    let mut body = Body::read(&bytes)?;
    let share = body.value("proposed_refund_percentage").and_then(Value::as_f64);
    let share = share.filter(|share| (0.0..=100.0).contains(share));
    if share.is_none() {
        body.flaw("proposed_refund_percentage", "float_parsing", "Input should be a number from 0 to 100");
    }
    body.check()?;
    let mut turn = shared.turn();
    propose(&mut turn, &agent_id, &order_id, share.unwrap_or_default())?;
    Ok(state(&turn, &order_id))
}

pub(in crate::practice) async fn analyze(
    State(shared): State<Arc<Shared>>,
    Caller(agent_id): Caller,
    Path(order_id): Path<String>,
) -> Result<Json<Value>, Refusal> {
    let mut turn = shared.turn();
    let order = orders::party(&mut turn, &agent_id, &order_id)?;
    if order.dispute.is_none() {
        return Err(Refusal::NotFound("Dispute"));
    }
    Ok(state(&turn, &order_id))
}
