//! From their JSON to our types. The lists of names come from the contract's schemas, in its order of preference.
//!
//! `None` means the one thing we cannot do without, an id, is missing.

use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::super::types::{
    Balance, ListingText, MarketEvent, MarketFile, MarketListing, MarketMessage, MarketOrder, MarketStatus,
    Profile, Transaction,
};
use super::wire::{self, Fields};

/// Schema `Order`. Without a status word the order is not readable: its status is all that counts.
pub(super) fn order(fields: Fields<'_>) -> Option<MarketOrder> {
    let buyer = fields.object(&["buyer"]);
    let seller = fields.object(&["seller"]);
    let listing = fields.object(&["listing"]);
    Some(MarketOrder {
        id: fields.id(&["id", "order_id"])?,
        status: MarketStatus::from(fields.id(&["status"])?),
        listing_id: fields.id(&["service_sku_id", "listing_id", "sku_id"]).or_else(|| listing?.id(&["id"])),
        title: fields
            .id(&["service_name_snapshot", "sku_title", "listing_title", "title"])
            .or_else(|| listing?.id(&["title", "name"])),
        buyer_id: fields.id(&["buyer_agent_id", "buyer_id"]).or_else(|| buyer?.id(&["id"])),
        buyer_name: fields.id(&["buyer_name"]).or_else(|| buyer?.id(&["name"])),
        seller_id: fields.id(&["seller_agent_id", "seller_id"]).or_else(|| seller?.id(&["id"])),
        price: fields.amount(&["price_snapshot", "price", "total_price"]),
        platform_fee: fields.amount(&["platform_fee"]),
        payout: fields.amount(&["payout_amount"]),
        requirement: fields.value(&["requirement"]).cloned(),
        cancel_reason: fields.id(&["cancel_reason"]),
        accept_deadline: fields.instant(&["accept_deadline", "accept_deadline_at", "deadline_at"]),
        complete_deadline: fields.instant(&["complete_deadline_at"]),
        confirm_deadline: fields.instant(&["confirm_deadline"]),
        created_at: fields.instant(&["created_at"]),
        updated_at: fields.instant(&["updated_at"]),
    })
}

/// A row of an order list that was asked for by status: the row may leave the status out.
pub(super) fn order_row(fields: Fields<'_>, asked: &MarketStatus) -> Option<MarketOrder> {
    if fields.id(&["status"]).is_some() {
        return order(fields);
    }
    let mut row = fields.without(&[]);
    row.insert("status".to_owned(), Value::from(asked.as_str()));
    order(Fields::of(&Value::Object(row))?)
}

/// Schema `Message`.
pub(super) fn message(fields: Fields<'_>) -> Option<MarketMessage> {
    let sender = fields.object(&["sender"]);
    Some(MarketMessage {
        id: fields.id(&["id", "message_id"])?,
        sender_id: fields.id(&["sender_id", "sender_agent_id"]).or_else(|| sender?.id(&["id"])),
        sender_name: fields.id(&["sender_name"]).or_else(|| sender?.id(&["name"])),
        text: fields.text(&["content", "text"]).unwrap_or_default(),
        at: fields.instant(&["created_at"]),
    })
}

/// Schema `Attachment`, both families of names. A file without an id goes by its name: leaving it out would hide it
/// from the look at the files that comes before accepting.
pub(super) fn file(fields: Fields<'_>) -> Option<MarketFile> {
    let written_name = fields.id(&["filename", "original_filename"]);
    let id = fields.id(&["file_id", "id"]).or_else(|| written_name.clone())?;
    let name = written_name.unwrap_or_else(|| id.clone());
    let media_type = fields.id(&["content_type", "mime_type"]);
    let flagged = fields.flag(&["high_risk_input"]).unwrap_or(false);
    Some(MarketFile {
        is_high_risk: flagged || looks_high_risk(&name, media_type.as_deref()),
        id,
        name,
        media_type,
        size: fields.count(&["size", "size_bytes"]),
        sha256: fields.id(&["sha256"]),
        uploader_id: fields.id(&["uploader_agent_id", "uploader_id"]),
        download_url: fields.id(&["download_url"]),
    })
}

/// HTML and SVG can carry scripts (contract 1.8).
fn looks_high_risk(name: &str, media_type: Option<&str>) -> bool {
    let name = name.trim_end_matches(['.', ' ']).to_ascii_lowercase();
    let media_type = media_type.unwrap_or_default().to_ascii_lowercase();
    [".html", ".htm", ".xhtml", ".xht", ".shtml", ".mhtml", ".svg", ".svgz"]
        .iter()
        .any(|end| name.ends_with(end))
        || media_type.contains("html")
        || media_type.contains("svg")
}

/// Schema `Listing`. `title` before `name`: one is sent, the other comes back.
pub(super) fn listing(fields: Fields<'_>) -> Option<MarketListing> {
    let status = fields.id(&["status"]).unwrap_or_default();
    Some(MarketListing {
        id: fields.id(&["id", "service_sku_id", "listing_id", "sku_id"])?,
        text: ListingText {
            name: fields.id(&["title", "name"]).unwrap_or_default(),
            description: fields.text(&["description"]).unwrap_or_default(),
            price: fields.amount(&["price"]).unwrap_or_default(),
            category: fields.id(&["category"]).unwrap_or_default(),
            tags: fields.words(&["tags"]).unwrap_or_default(),
            inventory: fields.count(&["inventory"]).and_then(|count| u32::try_from(count).ok()),
            input_schema: fields.value(&["input_schema"]).cloned(),
            example_input: fields.value(&["example_input"]).cloned(),
        },
        is_hidden: fields.flag(&["is_hidden"]).unwrap_or(status == "hidden"),
        status,
        moderation: fields.id(&["moderation_status"]),
        sold_count: fields.count(&["sold_count"]),
        view_count: fields.count(&["view_count"]),
    })
}

/// Schema `AgentProfile`.
pub(super) fn profile(fields: Fields<'_>) -> Option<Profile> {
    let handle = fields.id(&["agent_id"]);
    Some(Profile {
        id: fields.id(&["id", "agent_id"])?,
        name: fields.id(&["name"]).or_else(|| handle.clone()).unwrap_or_default(),
        handle,
        trust_score: fields.measure(&["trust_score"]),
        is_online: fields.flag(&["is_online"]),
        push_url: fields.id(&["webhook_url"]),
        balance: balance(fields),
    })
}

/// Schema `Balance`, also as it sits in the profile: `balance` is all, `available` what is not frozen.
pub(super) fn balance(fields: Fields<'_>) -> Option<Balance> {
    let frozen = fields.amount(&["frozen"]);
    let available = fields.amount(&["available"]);
    match fields.amount(&["balance", "total"]) {
        Some(total) => {
            let rest = || available.and_then(|available| total.checked_sub(available)).unwrap_or_default();
            Some(Balance { total, frozen: frozen.unwrap_or_else(rest) })
        }
        None => {
            let frozen = frozen.unwrap_or(Decimal::ZERO);
            Some(Balance { total: available?.checked_add(frozen)?, frozen })
        }
    }
}

/// Schema `Transaction`; its shape is not documented beyond the names.
pub(super) fn transaction(fields: Fields<'_>) -> Option<Transaction> {
    Some(Transaction {
        id: fields.id(&["id", "transaction_id"])?,
        amount: fields.amount(&["amount"])?,
        kind: fields.id(&["type"]).unwrap_or_default(),
        description: fields.id(&["description"]),
        order_id: fields.id(&["order_id"]),
        at: fields.instant(&["created_at"]),
    })
}

/// Schema `EventEnvelope`. Keys of the payload may sit at the top level instead.
pub(super) fn event(fields: Fields<'_>) -> Option<MarketEvent> {
    let id = fields.value(&["event_id", "id"]).and_then(wire::count)?;
    let beside = || {
        let rest: Map<String, Value> =
            fields.without(&["event_id", "id", "event_type", "type", "created_at", "payload"]);
        Value::Object(rest)
    };
    Some(MarketEvent {
        id: i64::try_from(id).ok()?,
        kind: fields.id(&["event_type", "type"])?,
        payload: fields.value(&["payload"]).cloned().unwrap_or_else(beside),
        created_at: fields.instant(&["created_at"]),
    })
}
