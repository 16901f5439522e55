//! Handles the inbox: whatever the news says, the order and its thread are read from the market and recorded; then the
//! order is walked.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::SignedDuration;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::late::late;
use crate::clock::{Clock, Ids};
use crate::crash::{self, Point};
use crate::desk::contract::DeskEvent;
use crate::host::NoticeKind;
use crate::marketplaces::{MarketError, Marketplace};
use crate::orders::{Change, Notices, merge, record_thread};
use crate::signals::Signals;
use crate::store::{Actor, InboxRow, OrderRow, Speaker, Stage, Store, StoreResult};

/// Orders read at the same time.
const AT_ONCE: usize = 8;
/// How often it is looked for other news while some is being handled.
const WHILE_BUSY: Duration = Duration::from_secs(1);
const AFTER_TROUBLE: Duration = Duration::from_secs(2);
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
    /// Handles news until told to stop. Each order by itself: one that the market is slow or wrong about holds nobody up.
    pub async fn run(&self, stop: CancellationToken) {
        let mut under_way = FuturesUnordered::new();
        let mut busy: HashSet<Option<String>> = HashSet::new();
        loop {
            let woken = self.arrived.notified();
            let sleep = match self.list_due(&busy).await {
                Ok(due) => {
                    for (order, news) in due.into_iter().take(AT_ONCE.saturating_sub(busy.len())) {
                        busy.insert(order.clone());
                        under_way.push(async move {
                            let handled = self.handle(order.as_deref(), &news).await;
                            (order, handled)
                        });
                    }
                    let next = self.until_next().await;
                    // What is under way is due all the time; its end wakes us.
                    if busy.is_empty() { next } else { next.max(WHILE_BUSY) }
                }
                // Told once, by the write that met it.
                Err(_) if self.store.disk().trouble().is_some() => AFTER_TROUBLE,
                Err(error) => {
                    tracing::error!(%error, "news cannot be handled");
                    AFTER_TROUBLE
                }
            };
            tokio::select! {
                () = woken => {}
                Some((order, handled)) = under_way.next(), if !under_way.is_empty() => {
                    if let Err(error) = handled {
                        if self.store.disk().trouble().is_none() {
                            tracing::error!(%error, "news cannot be handled");
                        }
                        tokio::select! {
                            () = tokio::time::sleep(AFTER_TROUBLE) => {}
                            () = stop.cancelled() => {}
                        }
                    }
                    busy.remove(&order);
                    self.signals.send(DeskEvent::ConnectionChanged);
                }
                () = tokio::time::sleep(sleep) => {}
                () = stop.cancelled() => break,
            }
        }
        while under_way.next().await.is_some() {}
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
    ///
    /// # Errors
    /// When the database fails; the news stays unhandled.
    pub async fn handle_due(&self) -> StoreResult<bool> {
        let due = self.list_due(&HashSet::new()).await?;
        if due.is_empty() {
            return Ok(false);
        }
        let handled = futures_util::stream::iter(due)
            .map(|(order, news)| async move { self.handle(order.as_deref(), &news).await })
            .buffer_unordered(AT_ONCE)
            .collect::<Vec<_>>()
            .await;
        for result in handled {
            result?;
        }
        self.signals.send(DeskEvent::ConnectionChanged);
        Ok(true)
    }

    /// Due news by order, without the orders that are being handled.
    async fn list_due(
        &self,
        busy: &HashSet<Option<String>>,
    ) -> StoreResult<BTreeMap<Option<String>, Vec<InboxRow>>> {
        let news = self.store.list_unhandled(&self.account_id, self.clock.now(), 100).await?;
        let mut by_order: BTreeMap<Option<String>, Vec<InboxRow>> = BTreeMap::new();
        for row in news.into_iter().filter(|row| !busy.contains(&row.market_order_id)) {
            by_order.entry(row.market_order_id.clone()).or_default().push(row);
        }
        Ok(by_order)
    }

    async fn handle(&self, market_order_id: Option<&str>, news: &[InboxRow]) -> StoreResult<()> {
        match market_order_id {
            Some(market_order_id) => self.handle_order(market_order_id, news).await,
            None => self.end_news(news, "recorded").await,
        }
    }

    async fn handle_order(&self, market_order_id: &str, news: &[InboxRow]) -> StoreResult<()> {
        crash::point(Point::WorkerBeforeRead);
        let (order, thread) =
            tokio::join!(self.market.read_order(market_order_id), self.market.read_thread(market_order_id));
        crash::point(Point::WorkerRead);
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
        let lines: Vec<_> = news.iter().map(|event| line(event, &row.market_status)).collect();
        write.insert_news_lines(&row.id, &lines, now).await?;
        write.record_handled(&ids_of(news), "order_read", now).await?;
        match &change {
            Some(Change::Seen) => {
                let detail = [("status", row.market_status.clone())];
                write.insert_history(&row.id, Actor::Market, "order_seen", None, &detail, None, now).await?;
            }
            Some(Change::Status { from, to }) => {
                let detail = [("from", from.clone()), ("to", to.clone())];
                write.insert_history(&row.id, Actor::Market, "status", None, &detail, None, now).await?;
            }
            None => {}
        }
        let fresh = record_thread(&mut write, &row, &self.own_id, &thread, now).await?;
        let from_buyer = fresh.iter().filter(|message| message.who == Speaker::Buyer).count();
        if from_buyer > 0 {
            row.unread = true;
            row.updated_at = now;
            write.put_order(&row).await?;
        }
        write.wake_order(&row.id, now).await?;
        crash::point(Point::WorkerBeforeRecord);
        write.commit().await?;
        crash::point(Point::WorkerRecorded);
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
        write.record_handled(&ids_of(news), outcome, now).await?;
        write.commit().await
    }
}

/// A piece of news as a line of the order's history.
fn line(event: &InboxRow, status: &str) -> (&'static str, BTreeMap<&'static str, String>) {
    let mut detail = BTreeMap::from([
        ("event", event.kind.clone()),
        ("via", event.via.clone()),
        ("event_id", event.event_id.clone()),
    ]);
    let Some(said) = late(&event.kind, status) else { return ("news", detail) };
    detail.extend([
        ("reason", "late".to_owned()),
        ("said", said.as_str().to_owned()),
        ("status", status.to_owned()),
    ]);
    ("late_news", detail)
}

fn ids_of(news: &[InboxRow]) -> Vec<i64> {
    news.iter().map(|event| event.id).collect()
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
