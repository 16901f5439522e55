//! The durable inbox: one row per account and event id, committed before anyone is answered.
//!
//! Pushes that arrive together share one commit: the disk's flush is the slow part, and the answer waits for it.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::{Notify, mpsc, oneshot};

use crate::clock::Clock;
use crate::crash::{self, Point};
use crate::store::{NewEvent, Store};

/// Most events of one commit.
const MOST_AT_ONCE: usize = 256;

/// How news reached us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    Push,
    Feed,
    Reconcile,
}

impl Via {
    fn as_str(self) -> &'static str {
        match self {
            Self::Push => "push",
            Self::Feed => "feed",
            Self::Reconcile => "reconcile",
        }
    }
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

/// Why news was not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InboxError {
    #[error("the stall is closed")]
    Closed,
    #[error("the database does not take news now")]
    Storage,
}

type Waiting = (NewEvent, oneshot::Sender<Result<Inserted, InboxError>>);

/// Where news is put; clones share it.
#[derive(Clone)]
pub struct Inbox {
    queue: mpsc::Sender<Waiting>,
    arrived: Arc<Notify>,
}

impl Inbox {
    /// Opens the inbox of an account; the writing task ends when the last clone is dropped.
    pub fn open(store: Store, account_id: String, clock: Arc<dyn Clock>) -> Self {
        let (queue, waiting) = mpsc::channel(4 * MOST_AT_ONCE);
        let arrived = Arc::new(Notify::new());
        tokio::spawn(write_in_groups(store, account_id, clock, waiting, Arc::clone(&arrived)));
        Self { queue, arrived }
    }

    /// Signalled after news was stored.
    pub fn arrived(&self) -> Arc<Notify> {
        Arc::clone(&self.arrived)
    }

    /// Stores an event durably; returns after the commit.
    ///
    /// # Errors
    /// When the stall is closed or the database does not take it.
    pub async fn insert(&self, event: IncomingEvent) -> Result<Inserted, InboxError> {
        let event = NewEvent {
            event_id: event.event_id,
            kind: event.kind,
            via: event.via.as_str(),
            market_order_id: order_of(&event.body),
            body: event.body.to_string(),
        };
        let (answer, stored) = oneshot::channel();
        self.queue.send((event, answer)).await.map_err(|_| InboxError::Closed)?;
        stored.await.map_err(|_| InboxError::Closed)?
    }
}

async fn write_in_groups(
    store: Store,
    account_id: String,
    clock: Arc<dyn Clock>,
    mut waiting: mpsc::Receiver<Waiting>,
    arrived: Arc<Notify>,
) {
    let mut group: Vec<Waiting> = Vec::with_capacity(MOST_AT_ONCE);
    while waiting.recv_many(&mut group, MOST_AT_ONCE).await > 0 {
        let stored = write_group(&store, &account_id, &group, clock.now()).await;
        match stored {
            Ok(fresh) => {
                if fresh.contains(&true) {
                    arrived.notify_one();
                }
                for ((_, answer), is_fresh) in group.drain(..).zip(fresh) {
                    let _ = answer.send(Ok(if is_fresh { Inserted::Stored } else { Inserted::Duplicate }));
                }
            }
            Err(error) => {
                if store.disk().trouble().is_none() {
                    tracing::error!(%error, "news cannot be stored");
                }
                for (_, answer) in group.drain(..) {
                    let _ = answer.send(Err(InboxError::Storage));
                }
            }
        }
    }
}

async fn write_group(
    store: &Store,
    account_id: &str,
    group: &[Waiting],
    now: Timestamp,
) -> crate::store::StoreResult<Vec<bool>> {
    let mut write = store.write().await?;
    let events: Vec<&NewEvent> = group.iter().map(|(event, _)| event).collect();
    let fresh = write.insert_events(account_id, &events, now).await?;
    crash::point(Point::InboxBeforeCommit);
    write.commit().await?;
    crash::point(Point::InboxCommitted);
    Ok(fresh)
}

/// The order an event is about: `order_id`, or `context_id` of an order's context, in the payload or beside it
/// (contract 1.4).
pub fn order_of(body: &Value) -> Option<String> {
    let look = |fields: &Value| {
        let text = |name: &str| match fields.get(name) {
            Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        text("order_id").or_else(|| {
            let of_order = text("context_type").is_none_or(|context| context == "order");
            text("context_id").filter(|_| of_order)
        })
    };
    body.get("payload").and_then(look).or_else(|| look(body))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn finds_the_order_wherever_the_market_names_it() {
        assert_eq!(order_of(&json!({ "payload": { "order_id": "a" } })).as_deref(), Some("a"));
        assert_eq!(
            order_of(&json!({ "payload": { "context_type": "order", "context_id": "b" } })).as_deref(),
            Some("b")
        );
        assert_eq!(order_of(&json!({ "payload": { "context_type": "task", "context_id": "b" } })), None);
        assert_eq!(order_of(&json!({ "order_id": "c" })).as_deref(), Some("c"));
        assert_eq!(order_of(&json!({ "payload": { "amount": 3 } })), None);
        assert_eq!(order_of(&json!({ "payload": [1, 2] })), None);
    }
}
