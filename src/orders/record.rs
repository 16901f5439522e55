//! The market's answer becomes our row. Pure: what changed is returned, writing is the caller's.

use jiff::{SignedDuration, Timestamp};

use crate::marketplaces::{MarketOrder, MarketStatus};
use crate::store::{OrderKind, OrderRow, Stage};

/// Accepting is due this long after the purchase where the market does not say (contract 1.3).
pub const ASSUMED_ACCEPT_WINDOW: SignedDuration = SignedDuration::from_mins(30);

/// What a reading of an order showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Seen for the first time.
    Seen,
    /// The market's status is another than before.
    Status { from: String, to: String },
}

/// Merges what the market says into the row we have, or makes the row.
/// A field the market leaves out keeps what we knew.
pub fn merge(
    known: Option<OrderRow>,
    market: &MarketOrder,
    account_id: &str,
    id: impl FnOnce() -> String,
    now: Timestamp,
) -> (OrderRow, Option<Change>) {
    let is_new = known.is_none();
    let mut row = known.unwrap_or_else(|| blank(id(), account_id, OrderKind::Order, &market.id, now));
    let before = row.market_status.clone();
    row.market_status = market.status.as_str().to_owned();
    row.listing_id = market.listing_id.clone().or(row.listing_id);
    if let Some(title) = &market.title {
        row.title.clone_from(title);
    }
    row.buyer_id = market.buyer_id.clone().or(row.buyer_id);
    row.buyer_name = market.buyer_name.clone().or(row.buyer_name);
    row.price = market.price.or(row.price);
    row.fee = market.platform_fee.or(row.fee);
    row.payout = market.payout.or(row.payout);
    row.requirement = market.requirement.as_ref().map(ToString::to_string).or(row.requirement);
    row.cancel_reason = market.cancel_reason.clone().or(row.cancel_reason);
    row.accept_deadline = market.accept_deadline.or(row.accept_deadline);
    row.complete_deadline = market.complete_deadline.or(row.complete_deadline);
    row.confirm_deadline = market.confirm_deadline.or(row.confirm_deadline);
    row.market_created_at = market.created_at.or(row.market_created_at);
    let was_cancelled = !is_new && before == MarketStatus::Cancelled.as_str();
    if market.status != MarketStatus::Cancelled {
        row.read_at = now;
    } else if !was_cancelled {
        // Heard of late, it ended when the market says; read again, it ended no later.
        row.read_at = market.updated_at.map_or(now, |at| at.min(now));
    }
    let change = if is_new {
        Some(Change::Seen)
    } else if before != row.market_status {
        Some(Change::Status { from: before, to: row.market_status.clone() })
    } else {
        None
    };
    if change.is_some() {
        row.updated_at = now;
        row.unread = true;
    }
    (row, change)
}

/// A task of the local interface as a row: it is walked like an order that nobody must accept.
pub fn fresh_task(
    id: String,
    account_id: &str,
    input: &str,
    deliver_to: Option<String>,
    now: Timestamp,
) -> OrderRow {
    let mut row = blank(id.clone(), account_id, OrderKind::Task, &id, now);
    row.market_status = MarketStatus::InProgress.as_str().to_owned();
    row.requirement = Some(serde_json::Value::String(input.to_owned()).to_string());
    row.deliver_to = deliver_to;
    row.stage = Stage::Making;
    row.unread = false;
    row.next_at = Some(now);
    row
}

fn blank(id: String, account_id: &str, kind: OrderKind, market_order_id: &str, now: Timestamp) -> OrderRow {
    OrderRow {
        id,
        account_id: account_id.to_owned(),
        kind,
        market_order_id: market_order_id.to_owned(),
        deliver_to: None,
        listing_id: None,
        title: String::new(),
        buyer_id: None,
        buyer_name: None,
        price: None,
        fee: None,
        payout: None,
        market_status: String::new(),
        requirement: None,
        cancel_reason: None,
        accept_deadline: None,
        complete_deadline: None,
        confirm_deadline: None,
        market_created_at: None,
        read_at: now,
        stage: Stage::Waiting,
        next_step: "none".to_owned(),
        next_at: None,
        hold: None,
        paused: false,
        taken_over: false,
        retry_base: Timestamp::UNIX_EPOCH,
        wake: 0,
        unread: true,
        archived: false,
        created_at: now,
        updated_at: now,
    }
}
