//! What needs the seller, what runs, what came of the day.

use jiff::{SignedDuration, Timestamp};

use super::contract::*;
use super::convert::{amount, instant, picture};
use super::orders::cards;
use crate::stall::Stall;
use crate::store::{LedgerKind, OrderSearch};

const LATEST: usize = 6;
const PICTURES: u32 = 8;

pub(super) async fn get(stall: &Stall, _: Nothing) -> Result<TodayView, DeskError> {
    let cap = stall.settings().cap_per_day_usd;
    let Some(account) = stall.account() else {
        return Ok(TodayView {
            needs_you: Vec::new(),
            running: Vec::new(),
            latest: Vec::new(),
            deadlines: Vec::new(),
            pictures: Vec::new(),
            earned_today: "0".to_owned(),
            in_escrow: "0".to_owned(),
            spent_today_usd: "0".to_owned(),
            spend_cap_usd: cap.map(amount),
            orders_missed: 0,
            missed_since: None,
            has_listing: false,
        });
    };
    let (store, id) = (stall.store(), account.row.id.as_str());
    let midnight = local_midnight(stall.clock().now());
    let mut rows = Vec::new();
    for walks in stall.walks() {
        let search = OrderSearch { limit: 200, ..OrderSearch::default() };
        rows.extend(store.search_orders(&walks.account_id, &search).await?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.updated_at));
    let all = cards(stall, rows).await?;
    let of = |wanted: &dyn Fn(&OrderCard) -> bool| {
        all.iter().filter(|card| wanted(card)).cloned().collect::<Vec<_>>()
    };
    let needs_you = of(&|card| card.hold.is_some());
    let running = of(&|card| {
        card.hold.is_none()
            && matches!(card.stage, Stage::Waiting | Stage::Asking | Stage::Making | Stage::Approving)
    });
    let mut deadlines = of(&|card| card.deadline.is_some());
    deadlines.sort_by(|a, b| {
        a.deadline
            .as_ref()
            .map(|deadline| &deadline.at)
            .cmp(&b.deadline.as_ref().map(|deadline| &deadline.at))
    });
    deadlines.truncate(LATEST);
    let mut latest = of(&|card| {
        matches!(card.stage, Stage::Delivered | Stage::Paid | Stage::Closed) && card.hold.is_none()
    });
    latest.truncate(LATEST);
    let (missed, since) = super::connection::missed(stall, &account).await?;
    Ok(TodayView {
        needs_you,
        running,
        latest,
        deadlines,
        pictures: store
            .search_pictures(id, None, 0, None, PICTURES)
            .await?
            .into_iter()
            .map(picture)
            .collect(),
        earned_today: amount(store.sum_ledger(id, LedgerKind::Earned, midnight).await?),
        in_escrow: amount(store.in_escrow(id).await?),
        spent_today_usd: amount(store.sum_ledger(id, LedgerKind::Model, midnight).await?.round_dp(4)),
        spend_cap_usd: cap.map(amount),
        orders_missed: missed,
        missed_since: Some(instant(since)),
        has_listing: store.list_listings(id).await?.iter().any(|listing| listing.market_listing_id.is_some()),
    })
}

/// Midnight where the seller lives.
fn local_midnight(now: Timestamp) -> Timestamp {
    let zoned = now.to_zoned(jiff::tz::TimeZone::system());
    zoned.start_of_day().map_or_else(
        |_| now.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(now),
        |start| start.timestamp(),
    )
}
