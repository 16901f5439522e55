//! The optional push of a notification: unsigned, 5 seconds, one attempt, no retry (contract, `onNotification`). The inbox
//! keeps the notification either way.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::inbox;
use super::state::Notification;
use crate::http::TimeLimits;
use crate::practice::shared::Shared;
use crate::practice::weather::{FaultKind, PushSeen};

/// How long a receiver has.
pub(in crate::practice) const PATIENCE: TimeLimits =
    TimeLimits { connect: Duration::from_secs(5), total: Duration::from_secs(5) };

/// A notification on its way to the account with this id.
pub(in crate::practice) type Pushed = (String, Notification);

/// Pushes until the marketplace closes.
pub(in crate::practice) async fn run(
    shared: Arc<Shared>,
    client: reqwest::Client,
    mut notifications: mpsc::UnboundedReceiver<Pushed>,
) {
    let mut deliveries = JoinSet::new();
    loop {
        tokio::select! {
            pushed = notifications.recv() => {
                let Some((account_id, notification)) = pushed else { return };
                let (shared, client) = (shared.clone(), client.clone());
                deliveries.spawn(async move {
                    deliver(&shared, &client, &account_id, &notification).await;
                    shared.pushes_under_way.fetch_sub(1, Ordering::Relaxed);
                });
            }
            Some(_) = deliveries.join_next() => {}
        }
    }
}

async fn deliver(shared: &Shared, client: &reqwest::Client, account_id: &str, notification: &Notification) {
    let url = shared.world().molt.accounts.get(account_id).and_then(|account| account.webhook_url.clone());
    let Some(url) = url else { return };
    let seen = PushSeen { event_type: &notification.event, order_id: None, order_number: None };
    let (fate, fault) = {
        let now = shared.clock.now();
        let mut weather = shared.weather.lock().unwrap_or_else(PoisonError::into_inner);
        (weather.strike_event(&seen, now), weather.strike_push_once(&seen, now))
    };
    let mut copies = fate.copies;
    match fault.as_ref().map(|fault| fault.kind) {
        Some(FaultKind::Lost | FaultKind::FailBefore | FaultKind::DropBefore | FaultKind::DropAfter) => {
            return;
        }
        Some(FaultKind::Slow) => {
            tokio::time::sleep(Duration::from_millis(fault.map_or(0, |fault| fault.slow_ms))).await;
        }
        // There is no signature to be wrong.
        Some(FaultKind::BadSignature) | None => {}
        Some(_) => copies.push(0),
    }
    if fate.is_lost {
        return;
    }
    if let Some(most) = fate.overtaken_ms {
        let _ = tokio::time::timeout(Duration::from_millis(most), shared.pushed.notified()).await;
    }
    let body = inbox::view(notification);
    let sent = copies.into_iter().map(async |late| {
        tokio::time::sleep(Duration::from_millis(late)).await;
        if let Err(error) = client.post(&url).json(&body).send().await {
            tracing::debug!(%error, "practice notification not delivered");
        }
    });
    futures_util::future::join_all(sent).await;
    shared.pushed.notify_waiters();
}
