//! The life of an order (contract, BEHAVIOUR 1.2): who may do what to it when, and which events follow.

use serde_json::{Map, Value, json};

use super::{requirement, rights};
use crate::practice::buyers::Script;
use crate::practice::market::escrow;
use crate::practice::refusal::Refusal;
use crate::practice::shapes::amount;
use crate::practice::shared::Turn;
use crate::practice::speed::after;
use crate::practice::state::{Order, OrderStatus};
use crate::practice::uat::Uat;

/// A seller has 30 minutes to accept.
const ACCEPT_SECONDS: f64 = 30.0 * 60.0;
const HOUR: f64 = 3600.0;
/// The confirmation window after a seller's late upload.
pub(in crate::practice::market) const REOPENED_CONFIRM_SECONDS: f64 = 48.0 * HOUR;

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
        "active" if listing.is_for_sale() => {}
        "inactive" => return Err(Refusal::OutOfStock),
        _ => return Err(Refusal::NotFound("Listing")),
    }
    requirement::check(&listing.input_schema, &requirement)?;
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
pub(super) fn accept(
    turn: &mut Turn<'_>,
    agent_id: &str,
    order_id: &str,
    confirmed_input: Option<Value>,
) -> Result<(), Refusal> {
    let now = turn.now;
    let order = rights::as_seller(turn, agent_id, order_id)?;
    rights::in_status(order, &[OrderStatus::PendingAccept])?;
    order.status = OrderStatus::InProgress;
    order.accepted_at = Some(now);
    order.updated_at = now;
    order.confirmed_input = confirmed_input;
    tell_buyer(turn, order_id, "order.accepted", &[]);
    Ok(())
}

/// pending_accept -> cancelled by the seller.
pub(super) fn reject(
    turn: &mut Turn<'_>,
    agent_id: &str,
    order_id: &str,
    reason: &str,
) -> Result<(), Refusal> {
    let order = rights::as_seller(turn, agent_id, order_id)?;
    rights::in_status(order, &[OrderStatus::PendingAccept])?;
    call_off(turn, order_id, reason);
    tell_buyer(turn, order_id, "order.rejected", &[("cancel_reason", json!(reason))]);
    Ok(())
}

/// in_progress -> pending_confirmation.
pub(super) fn complete(
    turn: &mut Turn<'_>,
    agent_id: &str,
    order_id: &str,
    note: String,
    attestation: Option<Value>,
) -> Result<(), Refusal> {
    let now = turn.now;
    let order = rights::as_seller(turn, agent_id, order_id)?;
    rights::in_status(order, &[OrderStatus::InProgress])?;
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
pub(in crate::practice) fn confirm(
    turn: &mut Turn<'_>,
    agent_id: &str,
    order_id: &str,
) -> Result<(), Refusal> {
    let order = rights::party(turn, agent_id, order_id)?;
    if order.buyer_id != agent_id {
        return Err(Refusal::Forbidden("Only the buyer may confirm an order".into()));
    }
    rights::in_status(order, &[OrderStatus::PendingConfirmation])?;
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
    let order = rights::party(turn, agent_id, order_id)?;
    rights::in_status(order, &[OrderStatus::PendingAccept, OrderStatus::InProgress])?;
    call_off(turn, order_id, reason);
    tell_both(turn, order_id, "order.cancelled", &[("cancel_reason", json!(reason))]);
    Ok(())
}

/// Pays out all but the refund and closes the order.
pub(in crate::practice::market) fn finish(
    turn: &mut Turn<'_>,
    order_id: &str,
    refund_percent: f64,
    auto_confirmed: bool,
) {
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
pub(in crate::practice::market) fn call_off(turn: &mut Turn<'_>, order_id: &str, reason: &str) {
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
pub(in crate::practice::market) fn tell_both(
    turn: &mut Turn<'_>,
    order_id: &str,
    event_type: &str,
    more: &[(&str, Value)],
) {
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
}
