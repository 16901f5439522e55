//! The durable inbox: one row per account and event id, committed before anyone is answered.

use serde_json::Value;

/// How news reached us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    Push,
    Feed,
    Reconcile,
}

/// News as it arrived. Untrusted, and only a hint.
#[derive(Debug, Clone)]
pub struct IncomingEvent {
    /// The market's event id as text; the key against duplicates.
    pub event_id: String,
    pub kind: String,
    /// The whole event as it came.
    pub body: Value,
    pub via: Via,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inserted {
    Stored,
    Duplicate,
}

/// Where news is put; clones share it.
#[derive(Clone)]
pub struct Inbox {}

impl Inbox {
    /// Stores an event durably; returns after the commit.
    ///
    /// # Errors
    /// When the database does not take it.
    pub async fn insert(&self, _event: IncomingEvent) -> anyhow::Result<Inserted> {
        anyhow::bail!("the inbox is closed")
    }
}
