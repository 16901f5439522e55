//! News that comes after what it tells of has passed: recorded with the reason, acted on never.

use crate::marketplaces::MarketStatus;

/// The status an order has when this news is sent (contract, event list); none for news that tells of no status.
fn told(kind: &str) -> Option<MarketStatus> {
    Some(match kind {
        "order.received" => MarketStatus::PendingAccept,
        "order.accepted" => MarketStatus::InProgress,
        "order.completed" => MarketStatus::PendingConfirmation,
        "order.disputed" => MarketStatus::InDispute,
        "order.confirmed" => MarketStatus::Completed,
        "order.cancelled" => MarketStatus::Cancelled,
        _ => return None,
    })
}

/// How far along an order is; none for a status we do not know.
fn place(status: &MarketStatus) -> Option<u8> {
    Some(match status {
        MarketStatus::PendingAccept => 0,
        MarketStatus::InProgress => 1,
        MarketStatus::PendingConfirmation => 2,
        MarketStatus::InDispute => 3,
        MarketStatus::Completed | MarketStatus::Cancelled => 4,
        MarketStatus::Other(_) => return None,
    })
}

/// What late news said, when the order is already further than that.
pub(super) fn late(kind: &str, status: &str) -> Option<MarketStatus> {
    let told = told(kind)?;
    let is = place(&MarketStatus::from(status))?;
    (place(&told)? < is).then_some(told)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_is_late_when_the_order_is_further_than_it_says() {
        for (kind, status, said) in [
            ("order.received", "in_progress", Some("pending_accept")),
            ("order.received", "cancelled", Some("pending_accept")),
            ("order.completed", "completed", Some("pending_confirmation")),
            ("order.disputed", "completed", Some("in_dispute")),
            ("order.received", "pending_accept", None),
            ("order.confirmed", "completed", None),
            ("order.cancelled", "cancelled", None),
            ("order.cancelled", "in_progress", None),
            ("message.received", "completed", None),
            ("order.received", "a_word_of_tomorrow", None),
        ] {
            let late = late(kind, status);
            assert_eq!(late.as_ref().map(MarketStatus::as_str), said, "{kind} at {status}");
        }
    }
}
