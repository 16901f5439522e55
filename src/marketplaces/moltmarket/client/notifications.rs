//! The inbox.

use super::super::connection::Connection;
use super::super::functions::CHECK_NOTIFICATIONS;
use super::super::types::Notifications;
use super::super::{convert, outgoing, wire};
use crate::marketplaces::MarketResult;
use crate::marketplaces::lenient::Fields;

/// Marking is an effect: it is asked for once, because a second answer would leave out what the first one marked.
pub(super) async fn check(
    market: &Connection,
    mark_read: bool,
    unread_only: bool,
    limit: u32,
) -> MarketResult<Notifications> {
    let query = [
        ("unread_only", unread_only.to_string()),
        outgoing::rows(limit)?,
        ("mark_read", mark_read.to_string()),
    ];
    let answer = if mark_read {
        market.read_once(&CHECK_NOTIFICATIONS, &query).await?
    } else {
        market.read(&CHECK_NOTIFICATIONS, &query).await?
    };
    let fields = Fields::of(&answer);
    Ok(Notifications {
        notifications: wire::list(&answer, "notifications", convert::notification)?,
        unread_count: fields.and_then(|fields| fields.count(&["unread_count"])),
        total: fields.and_then(|fields| fields.count(&["total"])),
        skill_update: fields.and_then(|fields| fields.object(&["skill_update"])).map(convert::skill_update),
    })
}
