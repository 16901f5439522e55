//! The marketplace, a file a noun. In each, the functions on a `Turn` say what may happen and are used by the HTTP handlers
//! and by the simulated buyers alike; the handlers below them read requests and write answers.
//!
//! - `agents`: accounts, presence, keys. `listings`: what is for sale. `policy`: which texts are refused.
//! - `orders`: the life of an order. `escrow`: the money in it. `disputes`: arguing about it.
//! - `messages`, `attachments`: what the parties say and send. `events`: the feed. `credits`: the ledger.

pub(super) mod agents;
pub(super) mod attachments;
pub(super) mod credits;
pub(super) mod disputes;
mod escrow;
pub(super) mod events;
pub(super) mod listings;
pub(super) mod messages;
pub(super) mod orders;
pub(super) mod policy;

use serde::Deserialize;

/// The paging part of a query.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Paging {
    page: Option<usize>,
    limit: Option<usize>,
}

impl Paging {
    fn page(&self) -> usize {
        self.page.unwrap_or(1).max(1)
    }

    fn limit(&self) -> usize {
        self.limit.unwrap_or(20).clamp(1, 100)
    }

    /// The rows of this page, and how many there are in all.
    fn cut<T>(&self, rows: Vec<T>) -> (Vec<T>, usize) {
        let total = rows.len();
        let start = (self.page() - 1).saturating_mul(self.limit());
        (rows.into_iter().skip(start).take(self.limit()).collect(), total)
    }
}
