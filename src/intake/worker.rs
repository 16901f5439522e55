//! Handles the inbox: whatever the news says, the order and its thread are read from the market and recorded; then the
//! order is walked.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use jiff::SignedDuration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::clock::{Clock, Ids};
use crate::desk::contract::DeskEvent;
use crate::host::NoticeKind;
use crate::marketplaces::{MarketError, Marketplace};
use crate::orders::{Change, Notices, merge, record_thread};
use crate::signals::Signals;
use crate::store::{Actor, InboxRow, OrderRow, Speaker, Stage, Store, StoreResult};

/// Orders read at the same time.
const AT_ONCE: usize = 4;
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// The inbox worker of one account.
pub struct Worker {
    pub market: Arc<dyn Marketplace>,
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub signals: Signals,
    pub account_id: String,
    pub own_id: String,
    /// Signalled when news was stored.
    pub arrived: Arc<Notify>,
    /// Has due orders walked.
    pub walk: Arc<dyn Fn() + Send + Sync>,
    pub notices: Notices,
}

impl Worker {
    /// Handles news until told to stop.
    pub async fn run(&self, stop: CancellationToken) {
        loop {
            let woken = self.arrived.notified();
            let sleep = match self.handle_due().await {
                // Told once, by the write that met it.
                Err(_) if self.store.disk().trouble().is_some() => Duration::from_secs(2),
                Ok(true) => Duration::ZERO,
                Ok(false) => self.until_next().await,
                Err(error) => {
                    tracing::error!(%error, "news cannot be handled");
                    Duration::from_secs(2)
                }
            };
            tokio::select! {
                () = woken => {}
                () = tokio::time::sleep(sleep) => {}
                () = stop.cancelled() => break,
            }
        }
    }

    async fn until_next(&self) -> Duration {
        match self.store.next_unhandled_at(&self.account_id).await {
            Ok(Some(at)) => Duration::try_from(at.duration_since(self.clock.now()))
                .unwrap_or(Duration::ZERO)
                .min(LONGEST_SLEEP),
            _ => LONGEST_SLEEP,
        }
    }

    /// Handles what is due, each order once however much news there is of it; true when there was any.
    async fn handle_due(&self) -> StoreResult<bool> {
        let news = self.store.list_unhandled(&self.account_id, self.clock.now(), 100).await?;
        if news.is_empty() {
            return Ok(false);
        }
        let mut by_order: BTreeMap<Option<String>, Vec<InboxRow>> = BTreeMap::new();
        for row in news {
            by_order.entry(row.market_order_id.clone()).or_default().push(row);
        }
        let handled = futures_util::stream::iter(by_order)
            .map(|(order, news)| async move {
                match order {
                    Some(market_order_id) => self.handle_order(&market_order_id, &news).await,
                    None => self.end_news(&news, "recorded").await,
                }
            })
            .buffer_unordered(AT_ONCE)
            .collect::<Vec<_>>()
            .await;
        for result in handled {
            result?;
        }
        self.signals.send(DeskEvent::ConnectionChanged);
        Ok(true)
    }

    async fn handle_order(&self, market_order_id: &str, news: &[InboxRow]) -> StoreResult<()> {
        let (order, thread) =
            tokio::join!(self.market.read_order(market_order_id), self.market.read_thread(market_order_id));
        let (order, thread) = match (order, thread) {
            (Ok(order), Ok(thread)) => (order, thread),
            (Err(error), _) | (_, Err(error)) => return self.not_read(news, &error).await,
        };
        let is_purchase =
            order.seller_id.as_ref().is_some_and(|seller| !self.own_id.is_empty() && *seller != self.own_id);
        if is_purchase {
            return self.end_news(news, "not_our_sale").await;
        }
        let now = self.clock.now();
        let mut write = self.store.write().await?;
        let known = write.lookup_market_order(&self.account_id, market_order_id).await?;
        let (mut row, change) = merge(known, &order, &self.account_id, || self.ids.id(), now);
        row.next_at = Some(now);
        let is_new = change == Some(Change::Seen);
        if is_new {
            row.stage = first_stage(&row);
        }
        write.put_order(&row).await?;
        for event in news {
            let detail = [
                ("event", event.kind.clone()),
                ("via", event.via.clone()),
                ("event_id", event.event_id.clone()),
            ];
            write.insert_history(&row.id, Actor::Market, "news", None, &detail, None, now).await?;
            write.record_handled(event.id, "order_read", now).await?;
        }
        match &change {
            Some(Change::Seen) => {
                let detail = [("status", row.market_status.clone())];
                write.insert_history(&row.id, Actor::Market, "order_seen", None, &detail, None, now).await?;
            }
            Some(Change::Status { from, to }) => {
                let detail = [("from", from.clone()), ("to", to.clone())];
                write.insert_history(&row.id, Actor::Market, "status", None, &detail, None, now).await?;
            }
            None => {
                let stale = news.iter().any(|event| event.kind == "order.received")
                    && row.market_status != "pending_accept";
                if stale {
                    let detail =
                        [("reason", "passed_state".to_owned()), ("status", row.market_status.clone())];
                    write
                        .insert_history(&row.id, Actor::Robot, "not_done", Some("accept"), &detail, None, now)
                        .await?;
                }
            }
        }
        let fresh = record_thread(&mut write, &row, &self.own_id, &thread, now).await?;
        let from_buyer = fresh.iter().filter(|message| message.who == Speaker::Buyer).count();
        if from_buyer > 0 {
            row.unread = true;
            row.updated_at = now;
            write.put_order(&row).await?;
        }
        write.wake_order(&row.id, now).await?;
        write.commit().await?;
        self.signals.send(DeskEvent::OrderChanged { id: row.id.clone() });
        if is_new {
            (self.notices)(NoticeKind::OrderReceived, &row, "");
        }
        if from_buyer > 0 {
            self.signals.send(DeskEvent::MessageReceived { order_id: row.id.clone() });
            (self.notices)(NoticeKind::BuyerMessage, &row, "");
        }
        (self.walk)();
        Ok(())
    }

    async fn not_read(&self, news: &[InboxRow], error: &MarketError) -> StoreResult<()> {
        if matches!(error, MarketError::NotFound | MarketError::Forbidden { .. }) {
            return self.end_news(news, error.code()).await;
        }
        let now = self.clock.now();
        let mut write = self.store.write().await?;
        for event in news {
            let wait = match error {
                MarketError::RateLimited { wait } => {
                    SignedDuration::try_from(*wait).unwrap_or(SignedDuration::from_secs(60))
                }
                _ => SignedDuration::from_secs(1i64.checked_shl(event.attempts.min(6)).unwrap_or(60).min(60)),
            };
            write.postpone_event(event.id, error.code(), now.saturating_add(wait).unwrap_or(now)).await?;
        }
        write.commit().await?;
        tracing::warn!(%error, "an order in the news cannot be read now");
        Ok(())
    }

    async fn end_news(&self, news: &[InboxRow], outcome: &str) -> StoreResult<()> {
        let now = self.clock.now();
        let mut write = self.store.write().await?;
        for event in news {
            write.record_handled(event.id, outcome, now).await?;
        }
        write.commit().await
    }
}

fn first_stage(row: &OrderRow) -> Stage {
    match row.market_status.as_str() {
        "in_progress" => Stage::Asking,
        "pending_confirmation" | "in_dispute" => Stage::Delivered,
        "completed" => Stage::Paid,
        "cancelled" => Stage::Closed,
        _ => Stage::Waiting,
    }
}
