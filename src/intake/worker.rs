//! Handles the inbox: whatever the news says, the order and its thread are read from the market and recorded; then the
//! order is walked.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::SignedDuration;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::late::late;
use crate::clock::{Clock, Ids};
use crate::crash::{self, Point};
use crate::desk::contract::DeskEvent;
use crate::host::NoticeKind;
use crate::marketplaces::{MarketError, Marketplace};
use crate::orders::{Change, Notices, merge, record_thread};
use crate::signals::Signals;
use crate::store::{Actor, OrderRow, Speaker, Stage, Store, StoreError, StoreResult, WaitingNews};

/// Orders read at the same time.
const AT_ONCE: usize = 8;
/// Orders with news that one look finds: a backlog is not looked through for every eight of them.
const AHEAD: usize = 64;
/// Least time between two looks that arriving news has us take, so that a flood of it is handled in few and large pieces.
const BREATH: Duration = Duration::from_millis(50);
/// How long an order's next news waits after some was handled: the market is not asked again for every piece.
const REST: Duration = Duration::from_millis(200);
/// Most news of one order handled together: no commit takes long.
const MOST_TOGETHER: u32 = 1_000;
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
    pub async fn run(self: Arc<Self>, stop: CancellationToken) {
        let mut breath = tokio::time::interval(BREATH);
        breath.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // Tasks of their own: each may wait for a connection to the database while we wait for one to look.
        let mut under_way = JoinSet::new();
        let mut resting = FuturesUnordered::new();
        // Under way or resting.
        let mut busy: HashSet<Option<String>> = HashSet::new();
        // Due, and found by a look that there was no place for yet.
        let mut ahead: VecDeque<Option<String>> = VecDeque::new();
        let mut look = true;
        let mut arrived = false;
        let next_look = tokio::time::sleep(Duration::ZERO);
        tokio::pin!(next_look);
        loop {
            if std::mem::take(&mut look) {
                let found = if ahead.is_empty() && under_way.len() < AT_ONCE {
                    self.look(&busy, AHEAD).await
                } else {
                    Ok(Found { due: Vec::new(), next: WHILE_BUSY })
                };
                let sleep = match found {
                    Ok(Found { due, next }) => {
                        ahead.extend(due);
                        let places = AT_ONCE.saturating_sub(under_way.len()).min(ahead.len());
                        for order in ahead.drain(..places) {
                            busy.insert(order.clone());
                            let worker = Arc::clone(&self);
                            under_way.spawn(async move {
                                let handled = worker.handle_news_of(order.as_deref()).await;
                                (order, handled)
                            });
                        }
                        // The end of what is under way has us look anyhow.
                        if under_way.is_empty() { next } else { next.max(WHILE_BUSY) }
                    }
                    Err(error) => {
                        self.tell(&error);
                        AFTER_TROUBLE
                    }
                };
                next_look.as_mut().reset(tokio::time::Instant::now() + sleep);
            }
            tokio::select! {
                () = self.arrived.notified(), if !arrived => arrived = true,
                _ = breath.tick(), if arrived => (arrived, look) = (false, true),
                () = &mut next_look => look = true,
                Some(ended) = under_way.join_next() => {
                    let (order, handled) = match ended {
                        Ok(ended) => ended,
                        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                        Err(_) => continue,
                    };
                    let rest = match handled {
                        Ok(()) => REST,
                        Err(error) => {
                            self.tell(&error);
                            AFTER_TROUBLE
                        }
                    };
                    resting.push(async move {
                        tokio::time::sleep(rest).await;
                        order
                    });
                    look = true;
                    self.signals.send(DeskEvent::ConnectionChanged);
                }
                Some(order) = resting.next() => {
                    busy.remove(&order);
                    look = true;
                }
                () = stop.cancelled() => break,
            }
        }
        while under_way.join_next().await.is_some() {}
    }

    /// What the disk's trouble explains was told by the write that met it.
    fn tell(&self, error: &StoreError) {
        if self.store.disk().trouble().is_none() {
            tracing::error!(%error, "news cannot be handled");
        }
    }

    /// Looks for news of orders that are not busy.
    async fn look(&self, busy: &HashSet<Option<String>>, most: usize) -> StoreResult<Found> {
        let now = self.clock.now();
        let mut found = Found { due: Vec::new(), next: LONGEST_SLEEP };
        let orders =
            self.store.list_orders_in_the_news(&self.account_id, most.saturating_add(busy.len() + 1)).await?;
        for (order, at) in orders.into_iter().filter(|(order, _)| !busy.contains(order)) {
            if at <= now && found.due.len() < most {
                found.due.push(order);
            } else {
                let wait = Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO);
                found.next = found.next.min(wait);
            }
        }
        Ok(found)
    }

    /// Handles what is due, one order after the other, each once however much news there is of it; true when there was any.
    ///
    /// # Errors
    /// When the database fails; the news stays unhandled.
    pub async fn handle_due(&self) -> StoreResult<bool> {
        let due = self.look(&HashSet::new(), usize::MAX).await?.due;
        if due.is_empty() {
            return Ok(false);
        }
        for order in due {
            self.handle_news_of(order.as_deref()).await?;
        }
        self.signals.send(DeskEvent::ConnectionChanged);
        Ok(true)
    }

    async fn handle_news_of(&self, market_order_id: Option<&str>) -> StoreResult<()> {
        let now = self.clock.now();
        let news = self.store.list_unhandled(&self.account_id, market_order_id, now, MOST_TOGETHER).await?;
        match market_order_id {
            _ if news.is_empty() => Ok(()),
            Some(market_order_id) => self.handle_order(market_order_id, &news).await.map(|_| ()),
            None => self.end_news(&news, "recorded").await,
        }
    }

    /// Reads an order and its thread again and has it walked, without any news of it in the inbox. False when the market
    /// did not let us read it now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn read_again(&self, market_order_id: &str) -> StoreResult<bool> {
        self.handle_order(market_order_id, &[]).await
    }

    async fn handle_order(&self, market_order_id: &str, news: &[WaitingNews]) -> StoreResult<bool> {
        crash::point(Point::WorkerBeforeRead);
        // The thread first: what is said with the order's end ("thank you, all done") is then never read without it, and
        // taken for a wish to draw.
        let read = async {
            let thread = self.market.read_thread(market_order_id).await?;
            Ok((self.market.read_order(market_order_id).await?, thread))
        };
        let read = read.await;
        crash::point(Point::WorkerRead);
        let (order, thread) = match read {
            Ok(read) => read,
            Err(error) => {
                self.not_read(news, &error).await?;
                return Ok(false);
            }
        };
        let is_purchase =
            order.seller_id.as_ref().is_some_and(|seller| !self.own_id.is_empty() && *seller != self.own_id);
        if is_purchase {
            self.end_news(news, "not_our_sale").await?;
            return Ok(false);
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
        let lines: Vec<_> = news.iter().map(|alike| line(alike, &row.market_status)).collect();
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
        Ok(true)
    }

    async fn not_read(&self, news: &[WaitingNews], error: &MarketError) -> StoreResult<()> {
        if matches!(error, MarketError::NotFound | MarketError::Forbidden { .. }) {
            return self.end_news(news, error.code()).await;
        }
        let now = self.clock.now();
        let mut write = self.store.write().await?;
        for alike in news {
            let wait = match error {
                MarketError::RateLimited { wait } => {
                    SignedDuration::try_from(*wait).unwrap_or(SignedDuration::from_secs(60))
                }
                _ => SignedDuration::from_secs(1i64.checked_shl(alike.attempts.min(6)).unwrap_or(60).min(60)),
            };
            let until = now.saturating_add(wait).unwrap_or(now);
            write.postpone_news(&alike.ids, error.code(), until).await?;
        }
        write.commit().await?;
        tracing::warn!(%error, "an order in the news cannot be read now");
        Ok(())
    }

    async fn end_news(&self, news: &[WaitingNews], outcome: &str) -> StoreResult<()> {
        let now = self.clock.now();
        let mut write = self.store.write().await?;
        write.record_handled(&ids_of(news), outcome, now).await?;
        write.commit().await
    }
}

/// What a look found.
struct Found {
    due: Vec<Option<String>>,
    /// Until the next news is due.
    next: Duration,
}

/// News as a line of the order's history; `times` where there was more than one piece alike.
fn line(alike: &WaitingNews, status: &str) -> (&'static str, BTreeMap<&'static str, String>) {
    let mut detail = BTreeMap::from([
        ("event", alike.kind.clone()),
        ("via", alike.via.clone()),
        ("event_id", alike.event_id.clone()),
    ]);
    if alike.ids.len() > 1 {
        detail.insert("times", alike.ids.len().to_string());
    }
    let Some(said) = late(&alike.kind, status) else { return ("news", detail) };
    detail.extend([
        ("reason", "late".to_owned()),
        ("said", said.as_str().to_owned()),
        ("status", status.to_owned()),
    ]);
    ("late_news", detail)
}

fn ids_of(news: &[WaitingNews]) -> Vec<i64> {
    news.iter().flat_map(|alike| &alike.ids).copied().collect()
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
