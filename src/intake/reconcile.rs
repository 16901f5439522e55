//! Finds orders by listing them: at start, on request and every few minutes. What no event told us ends in the inbox
//! like any other news.

use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use serde_json::json;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::feed::pause_after;
use super::inbox::{Inbox, IncomingEvent, Via};
use super::pulse::Pulse;
use crate::clock::{Clock, Ids};
use crate::crash::{self, Point};
use crate::marketplaces::{MarketError, MarketResult, MarketStatus, Marketplace};
use crate::store::Store;

/// The statuses in which an order may want something of us. Ended orders are found by their own row.
const OPEN: [MarketStatus; 4] = [
    MarketStatus::PendingAccept,
    MarketStatus::InProgress,
    MarketStatus::PendingConfirmation,
    MarketStatus::InDispute,
];

/// The reconciler of one account.
pub struct Reconcile {
    pub market: Arc<dyn Marketplace>,
    pub store: Store,
    pub inbox: Inbox,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn Ids>,
    pub account_id: String,
    pub every: Duration,
    pub pulse: Pulse,
    /// The pulse of the event feed.
    pub feed: Pulse,
    /// Signalled to compare at once.
    pub now: Arc<Notify>,
}

impl Reconcile {
    /// Compares until told to stop.
    pub async fn run(&self, stop: CancellationToken) {
        let mut failures = 0u32;
        loop {
            // Whoever asked before this comparison is served by it.
            let _ = self.now.notified().now_or_never();
            let wait = match self.compare().await {
                Ok(()) => {
                    failures = 0;
                    self.pulse.worked(self.clock.now());
                    self.every
                }
                Err(error) => {
                    failures += 1;
                    if failures == 1 {
                        tracing::warn!(%error, "orders cannot be listed");
                    }
                    self.pulse.failed(self.clock.now(), error.code());
                    pause_after(&error, failures)
                }
            };
            tokio::select! {
                () = self.now.notified() => {}
                () = tokio::time::sleep(wait) => {}
                () = stop.cancelled() => break,
            }
        }
    }

    /// Every open order of the market that we do not know, or know with another status, is news; and every order we
    /// think is open but the market no longer lists.
    ///
    /// # Errors
    /// When the market or the database fails; what was found by then stays stored.
    pub async fn compare(&self) -> MarketResult<()> {
        let storage =
            |error: &dyn std::fmt::Display| MarketError::Network { message: error.to_string(), sent: false };
        // What a buyer writes changes no status: while the feed cannot be read, open orders are read one by one.
        let is_blind = self.feed.view().problem.is_some();
        let mut listed = std::collections::HashSet::new();
        for status in &OPEN {
            let orders = self.market.list_orders(status).await?;
            crash::point(Point::ReconcileListed);
            for order in orders {
                let known = self
                    .store
                    .lookup_market_order(&self.account_id, &order.id)
                    .await
                    .map_err(|error| storage(&error))?;
                listed.insert(order.id.clone());
                if is_blind || known.is_none_or(|known| known.market_status != order.status.as_str()) {
                    self.found(&order.id, order.status.as_str()).await?;
                }
            }
        }
        let ours =
            self.store.list_open_market_orders(&self.account_id).await.map_err(|error| storage(&error))?;
        for market_order_id in ours.iter().filter(|id| !listed.contains(*id)) {
            self.found(market_order_id, "gone").await?;
        }
        Ok(())
    }

    async fn found(&self, market_order_id: &str, status: &str) -> MarketResult<()> {
        let event = IncomingEvent {
            event_id: format!("reconcile:{}", self.ids.id()),
            kind: "order.found".to_owned(),
            body: json!({ "payload": { "order_id": market_order_id, "status": status } }),
            via: Via::Reconcile,
        };
        self.inbox
            .insert(event)
            .await
            .map_err(|error| MarketError::Network { message: error.to_string(), sent: false })?;
        crash::point(Point::ReconcileFound);
        Ok(())
    }
}
