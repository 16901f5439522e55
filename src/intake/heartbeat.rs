//! Says "we are here" once a minute while the stall can serve. A failed beat is not repeated in a burst.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::pulse::Pulse;
use super::serving::CannotServe;
use crate::clock::Clock;
use crate::crash::{self, Point};
use crate::marketplaces::Marketplace;

/// Looks whether the stall could serve an order now; a beat without that would lie.
pub type LookFirst = Arc<dyn Fn() -> BoxFuture<'static, Result<(), CannotServe>> + Send + Sync>;

/// The heart of one account.
pub struct Heartbeat {
    pub market: Arc<dyn Marketplace>,
    pub clock: Arc<dyn Clock>,
    pub every: Duration,
    pub pulse: Pulse,
    pub look: LookFirst,
    /// Signalled to look and beat at once.
    pub now: Arc<Notify>,
}

impl Heartbeat {
    /// Beats until told to stop.
    pub async fn run(&self, stop: CancellationToken) {
        let mut silent = None;
        loop {
            match (self.look)().await {
                Ok(()) => {
                    silent = None;
                    self.beat().await;
                }
                Err(why) => {
                    if silent.replace(why) != Some(why) {
                        tracing::warn!(reason = why.code(), "the stall cannot serve; no heartbeat is sent");
                    }
                }
            }
            tokio::select! {
                () = self.now.notified() => {}
                () = tokio::time::sleep(self.every) => {}
                () = stop.cancelled() => break,
            }
        }
    }

    async fn beat(&self) {
        crash::point(Point::HeartbeatBeforeCall);
        let beaten = self.market.heartbeat().await;
        crash::point(Point::HeartbeatAfterCall);
        match beaten {
            Ok(()) => self.pulse.worked(self.clock.now()),
            Err(error) => {
                if self.pulse.view().problem.is_none() {
                    tracing::warn!(%error, "the heartbeat failed");
                }
                self.pulse.failed(self.clock.now(), error.code());
            }
        }
    }
}
