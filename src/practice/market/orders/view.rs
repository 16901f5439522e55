//! How an order is shown.

use serde_json::{Map, Value, json};

use crate::practice::market::{agents, attachments, escrow};
use crate::practice::shapes::{amount, optional_stamp, stamp};
use crate::practice::shared::Shared;
use crate::practice::state::{Order, World};
use crate::practice::uat::Uat;

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
pub(super) fn validation(order: &Order) -> Value {
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
