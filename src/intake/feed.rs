//! Reads the event feed: every event is stored first, acknowledged after (contract 1.4).

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::inbox::{Inbox, IncomingEvent, Via};
use super::pulse::Pulse;
use crate::clock::{Clock, Ids};
use crate::crash::{self, Point};
use crate::marketplaces::{MarketError, MarketResult, Marketplace};
use crate::store::Store;

/// Events of one page (contract: limit 50).
const PAGE: u32 = 50;
/// The feed is read from the very beginning this often, in case ids come out of order.
const WHOLE_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// How often the feed is read.
#[derive(Debug, Clone, Copy)]
pub struct FeedPace {
    pub every: Duration,
    /// While pushed news can be expected.
    pub every_with_push: Duration,
}

/// The reader of one account's feed.
pub struct Feed {
    pub market: Arc<dyn Marketplace>,
    pub store: Store,
    pub inbox: Inbox,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub account_id: String,
    pub pace: FeedPace,
    pub pulse: Pulse,
    /// Whether pushed news can be expected now: the public address leads here and the market knows it. When that
    /// ends, [`Feed::now`] is signalled.
    pub expects_pushes: Arc<dyn Fn() -> bool + Send + Sync>,
    /// Signalled to read at once.
    pub now: Arc<Notify>,
}

impl Feed {
    /// Reads until told to stop.
    pub async fn run(&self, stop: CancellationToken) {
        let mut whole_at: Option<Timestamp> = None;
        let mut failures = 0u32;
        loop {
            // Whoever asked before this reading is served by it.
            let _ = self.now.notified().now_or_never();
            let now = self.clock.now();
            let whole = whole_at.is_none_or(|at| now.duration_since(at) >= WHOLE_EVERY);
            let wait = match self.read(whole).await {
                Ok(()) => {
                    if whole {
                        whole_at = Some(now);
                    }
                    failures = 0;
                    self.pulse.worked(self.clock.now());
                    usual_wait(&self.pace, (self.expects_pushes)(), self.ids.fraction())
                }
                Err(error) => {
                    failures += 1;
                    self.pulse.failed(self.clock.now(), error.code());
                    if failures == 1 {
                        tracing::warn!(%error, "the event feed cannot be read");
                    }
                    pause_after(&error, failures).mul_f64(1.0 + 0.1 * self.ids.fraction())
                }
            };
            tokio::select! {
                () = self.now.notified() => {}
                () = tokio::time::sleep(wait) => {}
                () = stop.cancelled() => break,
            }
        }
    }

    /// Stores every waiting event, then acknowledges all that are stored. `whole`: from the very beginning, not only
    /// what came after the highest event known.
    ///
    /// # Errors
    /// When the market or the database fails; what is stored by then stays stored.
    pub async fn read(&self, whole: bool) -> MarketResult<()> {
        let mut cursor = if whole { 0 } else { self.cursor().await? };
        loop {
            let events = self.market.events_after(cursor, PAGE).await?;
            let Some(highest) = events.iter().map(|event| event.id).max() else { break };
            crash::point(Point::FeedRead);
            let full = events.len() >= PAGE as usize;
            for event in events {
                let body = json!({ "event_id": event.id, "event_type": event.kind, "payload": event.payload, "created_at": event.created_at });
                let news =
                    IncomingEvent { event_id: event.id.to_string(), kind: event.kind, body, via: Via::Feed };
                self.inbox.insert(news).await.map_err(|error| here(&error))?;
            }
            crash::point(Point::FeedStored);
            let raised = async {
                let mut write = self.store.write().await?;
                write.raise_feed_cursor(&self.account_id, highest).await?;
                write.commit().await
            };
            raised.await.map_err(|error| here(&error))?;
            crash::point(Point::FeedCursorRaised);
            if !full || highest <= cursor {
                break;
            }
            cursor = highest;
        }
        self.acknowledge().await
    }

    async fn cursor(&self) -> MarketResult<i64> {
        let accounts = self.store.list_accounts().await.map_err(|error| here(&error))?;
        Ok(accounts
            .iter()
            .find(|account| account.id == self.account_id)
            .map_or(0, |account| account.feed_cursor))
    }

    /// Pushed events too: whether a push acknowledges itself is not said (contract 1.4).
    async fn acknowledge(&self) -> MarketResult<()> {
        loop {
            let ids = self.store.list_unacked(&self.account_id, 200).await.map_err(|error| here(&error))?;
            if ids.is_empty() {
                return Ok(());
            }
            crash::point(Point::FeedBeforeAck);
            self.market.acknowledge(&ids).await?;
            crash::point(Point::FeedAcked);
            let recorded = async {
                let mut write = self.store.write().await?;
                write.record_acked(&self.account_id, &ids, self.clock.now()).await?;
                write.commit().await
            };
            recorded.await.map_err(|error| here(&error))?;
            crash::point(Point::FeedAckRecorded);
        }
    }
}

/// How long until the feed is read again. Jitter only shortens the wait: with the longest usual pace of a minute, what
/// no push brought is still read and accepted within that minute.
fn usual_wait(pace: &FeedPace, expects_pushes: bool, fraction: f64) -> Duration {
    let wait = if expects_pushes { pace.every_with_push } else { pace.every };
    wait.mul_f64(0.65 + 0.15 * fraction)
}

/// A failure on our side, told like a market's: it is tried again.
fn here(error: &dyn std::fmt::Display) -> MarketError {
    MarketError::Network { message: error.to_string(), sent: false }
}

/// 1, 2, 4 … 60 s (contract `x-back-off`), or as long as the market asks; a refused key is asked about rarely.
pub(super) fn pause_after(error: &MarketError, failures: u32) -> Duration {
    match error {
        MarketError::RateLimited { wait } => *wait,
        MarketError::Unauthorized => Duration::from_secs(300),
        _ => Duration::from_secs(1u64.checked_shl(failures.saturating_sub(1).min(6)).unwrap_or(60).min(60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_no_push_brought_is_read_well_within_a_minute() {
        let usual = crate::settings::StallSettings::default();
        let pace = FeedPace {
            every: usual.feed_seconds.duration(),
            every_with_push: usual.feed_seconds_with_push.duration(),
        };
        for fraction in [0.0, 0.5, 0.999_999] {
            for fresh in [true, false] {
                let wait = usual_wait(&pace, fresh, fraction);
                assert!(wait <= Duration::from_secs(48), "{wait:?} leaves no time to accept");
                assert!(wait >= Duration::from_secs(19), "{wait:?} asks too often");
            }
        }
    }
}
