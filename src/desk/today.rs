//! What needs the seller, what runs, what came of the day.

use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::contract::*;
use super::convert::{amount, instant, picture};
use super::orders::cards;
use crate::stall::Stall;
use crate::store::{LedgerKind, OrderSearch};

const LATEST: usize = 6;
const PICTURES: u32 = 8;

pub(super) async fn get(stall: &Stall, _: Nothing) -> Result<TodayView, DeskError> {
    let cap = stall.settings().cap_per_day_usd;
    let store = stall.store();
    let midnight = local_midnight(stall.clock().now());
    let (mut rows, mut pictures) = (Vec::new(), Vec::new());
    let (mut earned, mut spent) = (Decimal::ZERO, Decimal::ZERO);
    for walks in stall.walks() {
        let id = &walks.account_id;
        let search = OrderSearch { limit: 200, ..OrderSearch::default() };
        rows.extend(store.search_orders(id, &search).await?);
        pictures.extend(store.search_pictures(id, None, 0, None, PICTURES).await?);
        earned += store.sum_ledger(id, LedgerKind::Earned, midnight).await?;
        spent += store.sum_ledger(id, LedgerKind::Model, midnight).await?;
        spent += store.sum_job_costs(id, midnight).await?;
    }
    pictures.sort_by_key(|row| std::cmp::Reverse(row.id));
    pictures.truncate(PICTURES as usize);
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
    // Only the other market keeps money and listings, and has a time to accept.
    let account = stall.account();
    let (mut in_escrow, mut missed, mut since, mut has_listing) = (Decimal::ZERO, 0, None, false);
    if let Some(account) = &account {
        let id = account.row.id.as_str();
        in_escrow = store.in_escrow(id).await?;
        let (count, counted_since) = super::connection::missed(stall, account).await?;
        (missed, since) = (count, Some(instant(counted_since)));
        let listings = store.list_listings(id).await?;
        has_listing = listings.iter().any(|listing| listing.market_listing_id.is_some());
    }
    Ok(TodayView {
        needs_you,
        running,
        latest,
        deadlines,
        pictures: pictures.into_iter().map(picture).collect(),
        earned_today: amount(earned),
        in_escrow: amount(in_escrow),
        spent_today_usd: amount(spent.round_dp(4)),
        spend_cap_usd: cap.map(amount),
        orders_missed: missed,
        missed_since: since,
        has_listing,
        lists: account.is_some(),
    })
}

/// Midnight where the seller lives.
pub(super) fn local_midnight(now: Timestamp) -> Timestamp {
    let zoned = now.to_zoned(jiff::tz::TimeZone::system());
    zoned.start_of_day().map_or_else(
        |_| now.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(now),
        |start| start.timestamp(),
    )
}
